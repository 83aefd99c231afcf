"""This service: a save is a reader's correction, a commit and an event, durable before it is acknowledged."""

import json
import sys
from http.client import HTTPConnection
from itertools import pairwise

from benchmarks.peers.peer import Peer
from corrections.services import settings
from corrections.services.articles import updates
from corrections.services.publication import Publication
from tests.newsroom import EDITOR

ARTICLE = "2026/11/24/{page}"
TEXT = "# A page\n\nIt was in 1893.\n"


class Ours(Peer):
    name = "this service"

    def set_up(self) -> None:
        publication = Publication.create(self.folder, "peers")
        for name in ("proof-of-work", "submit-limit"):
            settings.put(publication, name, "off")
        settings.put(publication, "queue-ceiling", "1000000")
        for client in range(8):
            updates.publish(publication, EDITOR, updates.ArticleText(self.article(f"page{client}"), TEXT))
        publication.close()

    @staticmethod
    def article(page: str) -> str:
        return ARTICLE.format(page=page.lower())

    def command(self) -> tuple[list[str], dict[str, str]]:
        command = [sys.executable, "-m", "corrections", "--data", str(self.folder), "serve", "--port", str(self.port)]
        return command, {"CORRECTIONS_SUBMIT_LIMIT": "off", "CORRECTIONS_LOG": "off"}

    def save(self, connection: HTTPConnection, page: str, text: str) -> bool:
        selector = [{"type": "TextQuoteSelector", "exact": "1893"}]
        sent = {
            "target": {"article": self.article(page), "selector": selector},
            "body": {"type": "TextualBody", "value": text[:200]},
        }
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/api/v1/peers/corrections", json.dumps(sent), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status == 201

    def compared(self, page: str, old: str, new: str) -> str:
        self.publish(page, [old, new])
        return f"{self.site}/peers/a/{self.article(page)}/diff"

    def told(self, page: str, revisions: list[str]) -> str:
        self.publish(page, revisions)
        return f"{self.site}/peers/a/{self.article(page)}/history"

    def publish(self, page: str, revisions: list[str]) -> None:
        publication = Publication(self.folder / "peers")
        for text in revisions:
            updates.publish(publication, EDITOR, updates.ArticleText(self.article(page), f"# A page\n\n{text}\n"))
        publication.close()

    def kept(self, pages: list[str]) -> str:
        publication = Publication(self.folder / "peers")
        events = list(publication.store.entries())
        publication.close()
        assert all(after.previous == before.id for before, after in pairwise(events))
        return "\n".join(str(getattr(entry.event, "replacement", "")) for entry in events)
