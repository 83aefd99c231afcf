"""Plain git clones what is public, and no more; who has a token clones the ledger; checkpoints are published."""

import gzip
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.newsroom import EDITOR, a_correction, an_article, made_once, serving
from tests.service import run_command


def decide_two(publication: Publication) -> None:
    an_article(publication)
    a_correction(publication, "1893", "1839", comment="Libel about a minister.")
    accepted = a_correction(publication, "Tusday", "Tuesday")
    a_correction(publication, "agreed", "quarrelled like libellous fools")
    decisions.accept(publication, EDITOR, 2, accepted.last_event)
    decisions.reject(publication, EDITOR, 1, publication.correction(1).last_event, "No.")


@pytest.fixture(scope="module")
def template(empty_publication: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(empty_publication, tmp_path_factory.mktemp("decided"), decide_two)


@pytest.fixture
def address(publication: Publication) -> Iterator[str]:
    with serving(publication.folder.parent) as base:
        yield f"{base}/daily"


def git(*arguments: str | Path, check: bool = True) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        ["git", *map(str, arguments)],
        capture_output=True, text=True, env={**os.environ, "GIT_TERMINAL_PROMPT": "0"}, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0 or not check, done.stderr
    return done


def objects(clone: Path) -> str:
    ids = git("-C", clone, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").stdout.split()
    return "".join(git("-C", clone, "cat-file", "-p", each).stdout for each in ids)


def checkpoints(address: str, query: str = "") -> dict[str, list[dict[str, str]]]:
    base, _, name = address.rpartition("/")
    with urllib.request.urlopen(f"{base}/.well-known/corrections/{name}.json{query}") as answer:
        return json.load(answer)  # type: ignore[no-any-return]


def awaited(address: str) -> dict[str, list[dict[str, str]]]:
    """The checkpoints, as soon as the service has written the first."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = checkpoints(address)
        if found["checkpoints"]:
            return found
        time.sleep(0.2)
    raise AssertionError("no checkpoint")


def test_what_is_public_is_cloned_in_full_shallow_and_in_part(address: str, tmp_path: Path):
    full = tmp_path / "full"
    git("clone", "-q", f"{address}/articles.git", full)
    assert git("-C", full, "branch", "-r").stdout.split() == ["origin/HEAD", "->", "origin/main", "origin/main"]
    assert "Tuesday" in (full / "articles/2026/11/24/talks/text.md").read_text()
    assert "Accept correction 2" in git("-C", full, "log", "--format=%s").stdout
    assert "libel" not in objects(full).lower()
    assert git("-C", full, "fsck", "--strict").stdout == ""
    git("clone", "-q", "--depth", "1", f"{address}/articles.git", tmp_path / "shallow")
    assert git("-C", tmp_path / "shallow", "rev-list", "--count", "HEAD").stdout.strip() == "1"
    git("clone", "-q", "--filter=blob:none", f"{address}/articles.git", tmp_path / "part")
    assert "Tusday" in git("-C", tmp_path / "part", "show", "HEAD~1:articles/2026/11/24/talks/text.md").stdout
    git("-c", "protocol.version=0", "clone", "-q", f"{address}/articles.git", tmp_path / "old")


def test_a_clone_is_fetched_into_after_the_next_correction(address: str, publication: Publication, tmp_path: Path):
    clone = tmp_path / "clone"
    git("clone", "-q", f"{address}/articles.git", clone)
    more = a_correction(publication, "1971", "1972")
    decisions.accept(publication, EDITOR, more.number, more.last_event)
    git("-C", clone, "pull", "-q")
    assert "1972" in (clone / "articles/2026/11/24/talks/text.md").read_text()


def test_an_object_of_the_ledger_is_not_handed_out_to_who_knows_its_id(
    address: str, publication: Publication, tmp_path: Path
):
    clone = tmp_path / "clone"
    git("clone", "-q", f"{address}/articles.git", clone)
    head = publication.store.head().ledger
    rejected = publication.correction(1).commit
    for secret in (head, rejected):
        for version in ("0", "2"):
            done = git("-C", clone, "-c", f"protocol.version={version}", "fetch", "origin", str(secret), check=False)
            assert done.returncode != 0
            assert git("-C", clone, "cat-file", "-t", str(secret), check=False).returncode != 0


def test_nothing_can_be_pushed(address: str, tmp_path: Path):
    clone = tmp_path / "clone"
    git("clone", "-q", f"{address}/articles.git", clone)
    git("-C", clone, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-q", "--allow-empty", "-m", "x")
    assert git("-C", clone, "push", "-q", "origin", "main", check=False).returncode != 0


def test_the_ledger_is_for_tokens(address: str, publication: Publication, tmp_path: Path):
    refused = git("clone", "-q", f"{address}/ledger.git", tmp_path / "no", check=False)
    assert refused.returncode != 0
    wrong = address.replace("http://", "http://git:no-such-token@")
    assert git("clone", "-q", f"{wrong}/ledger.git", tmp_path / "no", check=False).returncode != 0
    token = publication.private.tokens.issue("Audit", "viewer")
    clone = tmp_path / "clone"
    git("clone", "-q", f"{address.replace('http://', f'http://git:{token}@')}/ledger.git", clone)
    assert "Correction 1 rejected" in git("-C", clone, "log", "--format=%s", "origin/ledger").stdout
    offered = git("ls-remote", f"{address.replace('http://', f'http://git:{token}@')}/ledger.git").stdout
    assert "refs/heads/ledger" in offered
    assert "scratch" not in offered, "what a batch is written under is nobody's business"
    git(
        "-c",
        f"http.extraHeader=Authorization: Bearer {token}",
        "clone",
        "-q",
        f"{address}/ledger.git",
        tmp_path / "two",
    )


def test_a_clone_that_breaks_off_frees_its_place(address: str, tmp_path: Path):
    for at in range(8):  # more than are served at once
        process = subprocess.Popen(
            ["git", "clone", "-q", f"{address}/articles.git", tmp_path / f"broken-{at}"], stderr=subprocess.DEVNULL
        )
        time.sleep(0.02)
        process.kill()
        process.wait()
        shutil.rmtree(tmp_path / f"broken-{at}", ignore_errors=True)
    git("clone", "-q", f"{address}/articles.git", tmp_path / "whole")
    assert (tmp_path / "whole" / "articles").is_dir()


def test_the_service_publishes_signed_checkpoints_that_later_ones_and_the_audit_bear_out(
    address: str, publication: Publication, tmp_path: Path
):
    found = awaited(address)
    statement = json.loads(found["checkpoints"][0]["statement"])
    assert statement["publication"] == "daily"
    assert statement["events"] >= 6
    assert found["keys"][0]["key"].startswith("ssh-ed25519 ")
    (tmp_path / "kept.json").write_text(json.dumps(found))
    done = run_command("--data", publication.folder.parent, "audit", "daily", "--against", tmp_path / "kept.json")
    assert done.returncode == 0, done.stdout + done.stderr


def test_earlier_checkpoints_are_paged_through_and_an_unknown_one_is_told(address: str):
    awaited(address)
    with pytest.raises(urllib.error.HTTPError) as caught:
        checkpoints(address, f"?before={'0' * 40}")
    assert caught.value.code == 404


def posted(address: str, body: bytes, **headers: str) -> tuple[int, str]:
    """The status and the words of an answer to what no git client would send."""
    asked = urllib.request.Request(f"{address}/articles.git/git-upload-pack", body, headers={
        "Content-Type": "application/x-git-upload-pack-request", "Git-Protocol": "version=2",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    })  # fmt: skip
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def haves(number: int) -> bytes:
    """What a client of protocol version 2 says that claims to have so many commits."""
    lines = b"".join(b"0032have %040x\n" % each for each in range(number))
    return b"0011command=fetch" + b"0001" + lines + b"0000"


def test_a_small_body_does_not_become_a_large_one(address: str, tmp_path: Path):
    bomb = gzip.compress(haves(40_000))  # 2 MB
    assert len(bomb) < 512 * 1024
    status, words = posted(address, bomb, Content_Encoding="gzip")
    assert status == 413
    assert "larger than 1048576 bytes when decompressed" in words
    assert posted(address, haves(40_000))[0] == 413
    assert posted(address, gzip.compress(haves(10)), Content_Encoding="gzip")[0] == 200
    git("clone", "-q", f"{address}/articles.git", tmp_path / "clone")


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (b"no gzip", "gzip", 400),
        (gzip.compress(b"0000", mtime=0)[:-4], "gzip", 400),
        (gzip.compress(b"0000", mtime=0) * 2, "gzip", 400),
        (b"0000", "br", 415),
        (b"0000", "gzip, gzip", 415),
    ],
)
def test_a_garbled_body_is_refused_in_plain_words(address: str, body: bytes, encoding: str, status: int):
    assert posted(address, body, Content_Encoding=encoding)[0] == status


def test_unfinished_bodies_hold_no_place(address: str, tmp_path: Path):
    host, _, port = address.removeprefix("http://").removesuffix("/daily").partition(":")
    start = (
        b"POST /daily/articles.git/git-upload-pack HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
        b"Content-Type: application/x-git-upload-pack-request\r\n\r\n0011"
    )
    unfinished = [socket.create_connection((host, int(port))) for _ in range(6)]
    for connection in unfinished:
        connection.sendall(start)
    time.sleep(1)
    git("clone", "-q", f"{address}/articles.git", tmp_path / "clone")
    for connection in unfinished:
        connection.close()


def test_a_filter_that_makes_the_service_compute_is_refused(address: str, tmp_path: Path):
    done = git("clone", "-q", "--filter=sparse:oid=main:x", f"{address}/articles.git", tmp_path / "clone", check=False)
    assert "sparse" in done.stderr
    assert done.returncode != 0


def test_the_clone_of_the_guide_leaves_no_token_behind(address: str, publication: Publication, tmp_path: Path) -> None:
    """The lines of docs/verify.md, run as they stand, with the token typed in."""
    token = publication.private.tokens.issue("Auditor", "viewer")
    guide = (Path(__file__).parents[2] / "docs" / "verify.md").read_text()
    block = next(part for part in guide.split("```") if "ledger.git" in part)
    host = address.removeprefix("http://").removesuffix("/daily")
    script = block.replace("https://HOST", f"http://{host}").replace("PUB", "daily")
    home = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "GIT_TERMINAL_PROMPT": "0"}
    subprocess.run(["bash", "-ec", script], cwd=tmp_path, env=home, input=f"{token}\n", text=True, check=True)
    assert (tmp_path / "ledger" / ".git" / "config").exists()
    written = [path for path in (tmp_path / "ledger").rglob("*") if path.is_file()]
    assert not [path for path in written if token.encode() in path.read_bytes()]
    assert "TOKEN@" not in block
