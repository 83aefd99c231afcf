"""markdown-it's inline parser, made to note where in its source each token's characters come from.

A text token carries `meta["spans"]`: one (start, end) in the inline source for each character of its content. The
parser itself is markdown-it's own; only its loop is run here, so that what stands before and after each rule is known.
"""

from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

MOST_KEPT = 512  # paragraphs, headings and cells
LONGEST_KEPT = 1000  # characters
Spans = range | list[tuple[int, int]]  # a range where each character stands for itself


class _MappedState(StateInline):
    pending_start = 0

    def pushPending(self) -> Token:
        token = super().pushPending()
        token.meta["spans"] = one_to_one(self.pending_start, len(token.content))
        return token


class MappedInline(ParserInline):
    """Drop-in for `MarkdownIt.inline`; what it makes of the paragraphs seen lately is kept, and shared."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = lru_cache(MOST_KEPT)(self._parse_alone)

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        if "[" in src and (env.get("references") or env.get("footnotes", {}).get("refs")):
            return self._parse(src, md, env, tokens)  # what it is depends on the rest of the document
        tokens += self._kept(src, md) if len(src) <= LONGEST_KEPT else self._parse_alone(src, md)
        return tokens

    def _parse_alone(self, src: str, md: MarkdownIt) -> list[Token]:
        return self._parse(src, md, {}, [])

    def _parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _MappedState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        assert isinstance(state, _MappedState)
        rules = self.ruler.getRules("")
        end = state.posMax
        deepest = state.md.options["maxNesting"]
        while state.pos < end:
            start = state.pos
            if not state.pending:
                state.pending_start = start
            first_new = len(state.tokens)
            if state.level < deepest:
                for rule in rules:
                    if rule(state, False):
                        if len(state.tokens) > first_new:
                            _note_spans(state.tokens[first_new:], state.src, start, state.pos)
                        break
                else:
                    _take_as_text(state)
            else:
                _take_as_text(state)
        if state.pending:
            state.pushPending()


def _take_as_text(state: StateInline) -> None:
    state.append_pending(state.src[state.pos])
    state.pos += 1


def one_to_one(start: int, length: int) -> range:
    return range(start, start + length)


def _note_spans(tokens: list[Token], src: str, start: int, end: int) -> None:
    """Give the tokens that one rule made of `src[start:end]` their spans, where they have none yet."""
    new = [token for token in tokens if "spans" not in token.meta]
    texts = [token for token in new if token.type == "text"]
    if texts and "".join(token.content for token in texts) == src[start:end]:
        at = start
        for token in texts:
            token.meta["spans"] = one_to_one(at, len(token.content))
            at += len(token.content)
    for token in (token for token in new if "spans" not in token.meta):
        token.meta["spans"] = _spans(token, src, start, end)
        if token.type == "image":
            token.meta["inside"] = start + len("![")  # its children's spans count from there


def _spans(token: Token, src: str, start: int, end: int) -> Spans:
    match token.type:
        case "code_inline":
            fence = len(token.markup)
            inside = src[start + fence : end - fence].replace("\n", " ")
            return one_to_one(start + fence + inside.index(token.content), len(token.content))
        case "softbreak":
            return [(start, start + 1)]
        case "hardbreak":
            return [(start, src.index("\n", start) + 1)]
        case "text" if src[start + 1 : end - 1] == token.content:  # an autolink
            return one_to_one(start + 1, len(token.content))
        case "text_special" if token.info == "escape" and len(token.content) == end - start:
            return one_to_one(start, len(token.content))
        case _:
            return [(start, end)] * len(token.content)
