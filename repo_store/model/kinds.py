"""The kinds that events and articles store. Values are added, never renamed: they are in ledgers."""

from enum import StrEnum


class Category(StrEnum):
    """What kind of error a correction is about."""

    TYPO = "typo"
    GRAMMAR = "grammar"
    FACTUAL = "factual"
    CLARIFICATION = "clarification"
    LINK = "link"
    OTHER = "other"


class NoticeKind(StrEnum):
    """What a notice tells the public."""

    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    UPDATE = "update"
    EDITORS_NOTE = "editors-note"
    RETRACTION = "retraction"
