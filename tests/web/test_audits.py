"""The audit on a page, the report, and the exports."""

import csv
import io
import json
import re
import time
from pathlib import Path

from flask.testing import FlaskClient
from git import Repo

from corrections.services.operations import checkpoints
from corrections.services.publication import Publication
from corrections.services.reporting import exports
from corrections.services.review import decisions
from tests.newsroom import EDITOR, TALKS, a_correction, an_article


def audited(client: FlaskClient, **files: object) -> str:
    """The page once the audit has ended."""
    assert client.post("/daily/review/audit", data=files, content_type="multipart/form-data").status_code == 303
    for _ in range(600):
        page = client.get("/daily/review/audit").text
        if 'http-equiv="refresh"' not in page:
            return page
        time.sleep(0.05)
    raise AssertionError("the audit did not end")


def kept(client: FlaskClient) -> tuple[io.BytesIO, str]:
    return io.BytesIO(client.get("/.well-known/corrections/daily.json").data), "checkpoints.json"


def test_the_staff_audit_and_see_that_all_is_well(editor: FlaskClient, publication: Publication) -> None:
    an_article(publication)
    a_correction(publication, "teh", "the")
    assert "No audit has run" in editor.get("/daily/review/audit").text
    checkpoints.checkpoint(publication)
    page = audited(editor, against=kept(editor))
    assert "No problems found." in page
    assert "compared with 1 saved checkpoint" in page
    assert publication.key.public in page


def test_a_rewritten_history_is_found_by_the_checkpoint_that_somebody_kept(
    editor: FlaskClient, publication: Publication
) -> None:
    an_article(publication)
    a_correction(publication, "teh", "the")
    before = publication.store.head().ledger
    a_correction(publication, "Tusday", "Tuesday")
    checkpoints.checkpoint(publication)
    file = kept(editor)
    with Repo(publication.store.path) as repo:
        repo.git.update_ref("refs/heads/ledger", before)
        repo.git.update_ref("-d", "refs/heads/checkpoints")
    page = audited(editor, against=file)
    assert "finding" in page
    assert "counts 4 events, the ledger has 2" in page


def test_a_file_that_is_no_checkpoint_is_told(editor: FlaskClient, publication: Publication) -> None:
    an_article(publication)
    answer = editor.post(
        "/daily/review/audit", data={"against": (io.BytesIO(b"not one"), "x.json")}, content_type="multipart/form-data"
    )
    assert answer.status_code >= 400
    assert "contains no checkpoint" in answer.text


def test_the_report_stands_alone_and_names_the_commits(editor: FlaskClient, publication: Publication) -> None:
    an_article(publication)
    sent = a_correction(publication, "Tusday", "Tuesday", comment="<b>look</b>")
    decisions.accept(publication, EDITOR, 1, sent.last_event)
    a_correction(publication, "teh", "the")
    checkpoints.checkpoint(publication)
    audited(editor)
    page = editor.get(f"/daily/review/report?article={TALKS}").text
    assert "No problems found in chain" in page
    assert "<del>Tusday</del><ins>Tuesday</ins>" in page
    assert "Reader: “&lt;b&gt;look&lt;/b&gt;”" in page
    for entry in publication.store.entries():
        if entry.event.type.startswith("correction."):
            assert entry.id in page
    assert not re.findall(r'(?:src|href)="', page), "nothing is fetched from elsewhere"
    assert "Tusday" not in editor.get("/daily/review/report?until=2020-01-01").text
    assert "Tusday" in editor.get("/daily/review/report?since=2020-01-01").text
    for wrong in ("since=x", "article=x", "article=2020/01/01/none"):
        assert editor.get(f"/daily/review/report?{wrong}").status_code in (404, 422)


def test_exports_have_every_correction_and_no_reader(publication: Publication, tmp_path: Path) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "=cmd()", comment='A, "quoted"\nline')
    a_correction(publication, "1893", None, comment="It is wrong.")
    lines = [json.loads(line) for line in exports.exported(publication, "jsonl")]
    assert [line["number"] for line in lines] == [1, 2]
    rows = list(csv.DictReader(io.StringIO("".join(exports.exported(publication, "csv")))))
    assert rows[0]["comment"] == 'A, "quoted"\nline'
    assert rows[0]["replacement"] == "'=cmd()", "no spreadsheet takes it for a formula"
    page = json.loads("".join(exports.exported(publication, "annotations")))
    assert page["type"] == "AnnotationPage"
    first, second = page["items"]
    assert [body["purpose"] for body in first["body"]] == ["editing", "commenting"]
    assert [body["purpose"] for body in second["body"]] == ["commenting"]
    assert first["target"]["selector"][0]["exact"] == "Tusday"
    assert json.loads("".join(exports.exported(Publication.create(tmp_path, "empty"), "annotations")))["items"] == []
