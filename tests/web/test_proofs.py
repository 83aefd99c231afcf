"""A decided correction's page leads to its proof, which is verified by the commands of the guide."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corrections.demo import prepare
from corrections.services.operations import checkpoints
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.newsroom import EDITOR, a_correction, an_article, serving

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "verify.md"
HTML = {"Accept": "text/html"}


def _decided(publication: Publication) -> str:
    """One correction accepted, one rejected, both covered; the key of the rejected one's page."""
    an_article(publication)
    accepted = a_correction(publication, "Tusday", "Tuesday")
    rejected = a_correction(publication, "agreed", "quarrelled like fools")
    decisions.accept(publication, EDITOR, 1, accepted.last_event)
    decisions.reject(publication, EDITOR, 2, rejected.last_event, "They agreed.")
    checkpoints.checkpoint(publication)
    return publication.private.reader_key(rejected.id)


def test_the_page_of_a_decided_correction_leads_to_its_proof(client: FlaskClient, publication: Publication):
    key = _decided(publication)
    page = client.get("/daily/c/1", headers=HTML).text
    address = re.search(r'href="([^"]*/c/1/proof)"', page)
    assert address
    proof = client.get(address[1], headers=HTML)
    assert proof.status_code == 200
    assert "Ministers met on Tuesday" in proof.text
    assert client.get("/daily/c/1/proof.txt").data == client.get("/daily/c/1/proof").data
    own = client.get(f"/daily/c/2?key={key}", headers=HTML).text
    link = re.search(r'href="([^"]*/c/2/proof[^"]*)"', own)
    assert link
    assert "quarrelled like fools" in client.get(link[1].replace("&amp;", "&"), headers=HTML).text


def test_words_that_were_not_published_are_not_in_the_public_proof(client: FlaskClient, publication: Publication):
    _decided(publication)
    for address in ("/daily/c/2/proof", "/daily/c/2/proof?key=guessed"):
        page = client.get(address, headers=HTML)
        assert page.status_code == 200
        assert "quarrelled" not in page.text
        assert "They agreed" not in page.text


def test_a_correction_without_a_decision_has_no_proof_and_no_link(client: FlaskClient, publication: Publication):
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    assert client.get("/daily/c/1/proof", headers=HTML).status_code == 404
    assert "/proof" not in client.get("/daily/c/1", headers=HTML).text


def test_the_proof_with_the_ledger_is_for_the_staff(client: FlaskClient, publication: Publication):
    _decided(publication)
    assert client.get("/daily/review/2/proof.txt").status_code == 302


def test_the_commands_of_the_guide_verify_a_proof(publication: Publication, tmp_path: Path):
    if shutil.which("ssh-keygen") is None or shutil.which("curl") is None:
        pytest.skip("no ssh-keygen or curl here")
    _decided(publication)
    section = GUIDE.read_text().partition("## The proof of one correction")[2].partition("\n## ")[0]
    blocks = re.findall(r"```\n(.*?)```", section, re.DOTALL)
    outputs = []
    with serving(publication.folder.parent) as base:
        for block in blocks:
            script = block.replace("https://HOST", base).replace("/c/12/", "/c/1/").replace("PUB", "daily")
            script = script.replace("ssh-ed25519 AAAA…", publication.key.public)
            script = script.replace("python -m", f"{sys.executable} -m")
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            done = subprocess.run(
                ["bash", "-e", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, f"{script}{done.stdout}{done.stderr}"
            outputs.append(done.stdout + done.stderr)
    assert "Clean: correction 1 of daily" in outputs[0]
    assert 'Good "corrections-proof" signature for daily' in outputs[1]


def test_the_front_page_of_a_demo_says_what_to_try(client: FlaskClient, publication: Publication):
    assert "Try the demo" not in client.get("/").text
    prepare(publication.folder.parent)
    page = client.get("/").text
    for role in ("as a reader", "As an editor", "As an auditor"):
        assert role in page
    assert "/demo/articles.git" in page
