"""The way of a value through the code: which modules it is handed to, one after the other, as a profiler sees it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from inspect import getclosurevars
from pathlib import Path
from types import FrameType, FunctionType, MethodType

from pydantic import BaseModel

import corrections

ROOT = Path(corrections.__file__).parent.parent
PACKAGES = ("corrections/", "repo_store/")
UNSEEN = ("corrections/text/text_cache.py", "corrections/i18n.py")  # decorators, and sentences that quote a value
DEEPEST = 6  # levels of values inside values that are looked through


@dataclass
class ValuePath:
    """`stops`: the modules that were handed a value with one of `marks` in it by another module, in order.

    A module that is handed it several times in a row is one stop. What the modules of one of `libraries` hand to each
    other is not followed. The way ends when `last` (a function's qualified name) returns.
    """

    marks: tuple[str, ...]
    last: str
    libraries: tuple[str, ...]
    stops: list[str] = field(default_factory=list)
    is_over: bool = False

    @property
    def returns(self) -> list[str]:
        """The stops at modules that had been left before."""
        return [stop for number, stop in enumerate(self.stops) if stop in self.stops[:number]]

    @contextmanager
    def follow(self) -> Iterator[None]:
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        if self.is_over:
            return
        if event == "return" and frame.f_code.co_qualname == self.last:
            self.is_over = True
        module = _module(frame)
        if event != "call" or module is None or frame.f_code.co_name.startswith("<"):
            return
        caller = _caller(frame) or ""
        is_inside = any(caller.startswith(library) and module.startswith(library) for library in self.libraries)
        if caller == module or is_inside or not self._is_handed(frame):
            return
        if self.stops[-1:] != [module]:
            self.stops.append(module)

    def _is_handed(self, frame: FrameType) -> bool:
        code = frame.f_code
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4)]
        return any(self._holds(frame.f_locals.get(name)) for name in names)

    def _holds(self, value: object, depth: int = 0) -> bool:
        if isinstance(value, str):
            return any(mark in value for mark in self.marks)
        if isinstance(value, bytes):
            return any(mark.encode() in value for mark in self.marks)
        return depth < DEEPEST and any(self._holds(part, depth + 1) for part in _parts(value))


def _parts(value: object) -> list[object]:
    """What a value consists of: a closure's variables and a bound method's object are handed on with it."""
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, BaseModel):
        return [getattr(value, name) for name in type(value).model_fields]
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, item.name, None) for item in fields(value)]
    if isinstance(value, MethodType):
        return [value.__self__]
    if isinstance(value, partial):
        return [value.func, *value.args, *value.keywords.values()]
    if isinstance(value, FunctionType):
        return list(getclosurevars(value).nonlocals.values())
    return []


def _module(frame: FrameType) -> str | None:
    path = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
    return path if path.startswith(PACKAGES) and path not in UNSEEN else None


def _caller(frame: FrameType) -> str | None:
    """The followed module that the call came from, through library code."""
    above = frame.f_back
    while above is not None and _module(above) is None:
        above = above.f_back
    return None if above is None else _module(above)
