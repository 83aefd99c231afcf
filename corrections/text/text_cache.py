"""Results kept for texts seen lately: many of short texts, few of long ones, so that memory stays bounded."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

LONG = 100_000  # characters; a longer text's results take tens of megabytes
FEW = 2

_Rest = ParamSpec("_Rest")
_Result = TypeVar("_Result")
_OfText = Callable[Concatenate[str, _Rest], _Result]


_forgetting: list[Callable[[], None]] = []


def forget_all() -> None:
    """Let go of all texts that are kept, and of what was made from them."""
    for forget in _forgetting:
        forget()


def remember(many: int) -> Callable[[_OfText[_Rest, _Result]], _OfText[_Rest, _Result]]:
    """Decorate a pure function of a text: the last `many` results of short texts and `FEW` of long ones are kept.

    The decorated function has `forget()`, for measuring.
    """

    def decorate(function: _OfText[_Rest, _Result]) -> _OfText[_Rest, _Result]:
        of_short, of_long = lru_cache(many)(function), lru_cache(FEW)(function)

        @wraps(function)
        def remembered(text: str, /, *rest: _Rest.args, **named: _Rest.kwargs) -> _Result:
            return (of_short if len(text) <= LONG else of_long)(text, *rest, **named)  # type: ignore[arg-type]

        def forget() -> None:
            of_short.cache_clear()
            of_long.cache_clear()

        remembered.forget = forget  # type: ignore[attr-defined]
        _forgetting.append(forget)
        return remembered

    return decorate
