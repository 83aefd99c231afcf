"""Articles and their ledger in one bare git repository.

`Store` is the way in: create or open one, `write` intents to it, read texts, history, blame and the ledger from it.
Nothing here knows of HTTP, SQL or Markdown; the package is usable on its own.
"""

from repo_store.git import gitpython  # before anything imports GitPython

# isort: split
from repo_store.errors import RepoStoreError
from repo_store.model.articles import ArticleMeta, Notice, Parts, Source, article_id, article_paths, part_path
from repo_store.model.entries import Entry
from repo_store.model.events import Event
from repo_store.model.finding import Finding
from repo_store.model.intents import Intent, Proposal, Receipt, Revision, SourceVersion
from repo_store.model.kinds import Format, Part
from repo_store.shared_remote import Remote
from repo_store.store import Store

__all__ = [
    "ArticleMeta",
    "Entry",
    "Event",
    "Finding",
    "Format",
    "Intent",
    "Notice",
    "Part",
    "Parts",
    "Proposal",
    "Receipt",
    "Remote",
    "RepoStoreError",
    "Revision",
    "Source",
    "SourceVersion",
    "Store",
    "article_id",
    "article_paths",
    "gitpython",
    "part_path",
]
