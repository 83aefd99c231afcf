"""The kinds that are stored in events: defined by the store, which is usable without the service."""

from repo_store.model.kinds import Category, NoticeKind, Part

__all__ = ["CATEGORIES", "NOTICE_KINDS", "Category", "NoticeKind", "Part"]

CATEGORIES = tuple(Category)
NOTICE_KINDS = tuple(NoticeKind)
