"""All that a publication goes through, told in a few lines that do not depend on the moment it is told."""

from pathlib import Path

from corrections.app import create_app
from corrections.config import Settings
from corrections.services import settings
from corrections.services.actors import Actor
from corrections.services.operations import checkpoints, redaction
from corrections.services.operations.audit import audit_publication
from corrections.services.operations.backup import back_up, restore
from corrections.services.operations.public_copy import public_copy
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store import verify
from tests.newsroom import EDITOR, TALKS, a_correction, an_article


def run_story(data: Path, scratch: Path) -> list[object]:
    """Make a publication in `data` and go through everything; what came out, the same wherever it runs."""
    publication = Publication.create(data, "daily", "The Daily")
    settings.put(publication, "form-seconds", "0")
    settings.put(publication, "sign-commits", "on")
    results: list[object] = [an_article(publication).id]
    first = a_correction(publication, "Tusday", "Tuesday", comment="“Dienstag” — вівторок")
    a_correction(publication, "1893", "1839", comment="Libel about a minister.")
    decisions.accept(publication, EDITOR, 1, first.last_event)
    results += [publication.current_text(TALKS), publication.correction(1).state]
    results.append([entry.event.type for entry in publication.store.entries()])
    results += _history(publication)
    assert checkpoints.checkpoint(publication) is not None
    results.append(len(publication.store.checkpoints()))
    back_up(publication, scratch / "one.backup")
    redaction.redact(publication, Actor("Ada", "admin"), redaction.Removal("Privacy.", 2))
    publication.store.maintain()
    results.append(public_copy(publication).name)
    back_up(publication, scratch / "two.backup")
    results += [
        audit_publication(publication.folder),
        verify.main([str(publication.store.path), "--key", publication.key.public]),
    ]
    results += _served(data)
    publication.close()
    results.append(restore(scratch / "again", "daily", [scratch / "two.backup"]))
    return results


def _history(publication: Publication) -> list[object]:
    main = str(publication.store.main())
    history = publication.store.history(TALKS, main)
    order = [revised.revision for revised in history]
    blamed = [(order.index(line.commit), line.line) for line in publication.store.blame(TALKS, main)]
    return [[(revised.author == history[0].author, revised.subject) for revised in history], blamed,
            publication.store.articles_with("1893", main, 5)]  # fmt: skip


def _served(data: Path) -> list[object]:
    app = create_app(Settings(data, submit_limit="off"))
    client = app.test_client()
    results: list[object] = []
    for address in ("/readyz", "/daily/", f"/daily/a/{TALKS}", f"/daily/a/{TALKS}/history", "/daily/c/1"):
        results.append(client.get(address).status_code)
    with client.get("/daily/articles.git/info/refs?service=git-upload-pack") as references:
        results += [references.status_code, references.content_type, b"refs/heads/main" in references.data]
    app.extensions["publications"].close()
    return results
