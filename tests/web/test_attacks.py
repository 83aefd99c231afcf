"""What attackers send: each is refused, or is only the words it is made of."""

import re
import subprocess
from pathlib import Path

import argon2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.app import create_app
from corrections.config import Settings
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import decisions
from corrections.services.submission import submissions
from corrections.services.submission.submission import Submission
from corrections.text.anchoring.anchor import Selector
from corrections.web.access import ACCESS
from repo_store.errors import BadName
from tests.newsroom import EDITOR, TALKS, a_correction, an_article

PASSWORD = "long enough for a test"
VALUES = {"<publication>": "daily", "<int:number>": "1", "<article:article_id>": TALKS, "<int:start>": "0"}
EXEMPT = {  # POST without a token of ours: programs, which bring no cookie, and mail programs (RFC 8058)
    "git_http.objects",
    "git_http.all_objects",
    "status.no_mail",
}
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/daily/",
    "/daily/\\evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "/other/",
    "/%2f/evil.example",
    "//evil.example\\@daily/",
    "http:///evil.example",
    "\t//evil.example",
]
BAD_NAMES = [
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "2026/11/24/../../main",
    "2026/11/24/talks%00.md",
    "2026/11/24/talks\n",
    "2026/11/24/-talks",
    "2026/11/24/talks:meta.json",
    "2026/02/30/talks",
    "２０２６/11/24/talks",
    "--upload-pack=touch x/y/z",
    "refs/heads/main/x",
]
BAD_REVISIONS = [
    *("HEAD", "main", "ledger", "refs/heads/main", "--output=x", "-p", "@{-1}", "main~1", "main:articles", ":/Import"),
    *("a" * 39, "A" * 40, "0" * 40, "\u0660" * 40, "a" * 40 + "\n", "", "%00", "^main", "main..ledger"),
]
WORDS_FOR_TRAILERS = "x\n\nAccepted-by: Mallory\nReviewed-by: Mallory\r\nCorrection: forged\u2028Notice: forged"


def path_of(app: Flask, endpoint: str) -> str:
    path = next(rule.rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    for pattern, value in VALUES.items():
        path = path.replace(pattern, value)
    return re.sub(r"<[^>]+>", "x", path)


def test_passwords_are_guessed_neither_from_one_address_nor_from_many(app: Flask, publication: Publication) -> None:
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    publication.private.accounts.save("Vic", "editor", PASSWORD)

    def tried(name: str, password: str, address: str) -> int:
        sent = {"name": name, "password": password}
        answer = app.test_client().post("/daily/sign-in", data=sent, environ_base={"REMOTE_ADDR": address})
        return answer.status_code

    assert [tried("Vic", f"guess {each}", "192.0.2.1") for each in range(12)] == [401] * 10 + [429] * 2
    assert tried("Mira", PASSWORD, "192.0.2.1") == 429
    guesses = [tried("Mira", f"guess {each}", f"198.51.100.{each}") for each in range(30)]
    assert guesses == [401] * 20 + [429] * 10
    assert tried("mira ", PASSWORD, "203.0.113.1") == 429, "the right password is not told apart any more"
    assert tried("Vic", PASSWORD, "203.0.113.1") == 303, "others go on working"
    nobody = [tried("Nobody", f"guess {each}", f"203.0.113.{each + 2}") for each in range(30)]
    assert nobody == guesses, "whether there is such an account is not to be learnt"


def test_codes_are_not_guessed_either(app: Flask, publication: Publication) -> None:
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    with publication.private.databases.write() as database:
        database.execute("UPDATE accounts SET totp='JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'")
    statuses = []
    for each in range(25):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"198.51.100.{each}"
        client.post("/daily/sign-in", data={"name": "Mira", "password": PASSWORD})
        statuses.append(client.post("/daily/sign-in/code", data={"code": "000000"}).status_code)
    assert 303 not in statuses
    assert statuses[-1] in (401, 429)
    assert app.test_client().post("/daily/sign-in", data={"name": "Mira", "password": PASSWORD}).status_code == 429


def test_an_unknown_name_costs_as_much_as_a_known_one(
    app: Flask, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    done: list[str] = []
    verify = argon2.PasswordHasher.verify

    def counting(self: argon2.PasswordHasher, hashed: str, password: str) -> bool:
        done.append(hashed.rpartition("$")[0].rpartition("$")[0])  # the parameters: what it costs
        return bool(verify(self, hashed, password))

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counting)
    for name in ("Mira", "Nobody", ""):
        app.test_client().post("/daily/sign-in", data={"name": name, "password": "wrong"})
    assert len(done) == 3
    assert len(set(done)) == 1


def test_a_session_planted_before_signing_in_is_worth_nothing_after(app: Flask, publication: Publication) -> None:
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    attacker, victim = app.test_client(), app.test_client()
    attacker.get("/daily/sign-in")
    planted = attacker.get_cookie("corrections_session")
    if planted is not None:
        victim.set_cookie("corrections_session", planted.value)
    victim.post("/daily/sign-in", data={"name": "Mira", "password": PASSWORD})
    given = victim.get_cookie("corrections_session")
    assert victim.get("/daily/review/").status_code == 200
    assert given is not None
    assert given.value != (planted.value if planted else "")
    assert attacker.get("/daily/review/").status_code == 302


@pytest.mark.parametrize("place", ELSEWHERE)
def test_signing_in_leads_to_no_other_site(app: Flask, publication: Publication, place: str) -> None:
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    answer = app.test_client().post(
        "/daily/sign-in", query_string={"next": place}, data={"name": "Mira", "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/daily/review/"


def test_no_header_is_made_of_what_is_sent(client: FlaskClient, app: Flask, publication: Publication) -> None:
    an_article(publication)
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    injected = "x\r\nSet-Cookie: planted=1\r\n\r\n<script>"
    answers = [
        app.test_client().post(
            "/daily/sign-in",
            query_string={"next": f"/daily/{injected}"},
            data={"name": "Mira", "password": PASSWORD},
        ),
        client.get(f"/daily/a/{TALKS}", query_string={"q": injected}),
        client.get("/daily/corrections", query_string={"q": injected, "month": injected}),
        client.get(f"/daily/a/{TALKS}/on", query_string={"day": injected}),
        client.get(f"/daily/a/{TALKS}/revision", query_string={"n": injected}),
        client.get(f"/daily/a/{TALKS}/diff", query_string={"from": injected}),
        client.get("/daily/corrections/latest", query_string={"count": injected}),
    ]
    for answer in answers:
        assert answer.status_code < 500
        assert "planted" not in "".join(answer.headers.getlist("Set-Cookie"))
        assert not any("\r" in value or "\n" in value for value in answer.headers.values())


def test_no_word_of_a_reader_or_editor_passes_for_a_trailer(publication: Publication) -> None:
    an_article(publication)
    words = WORDS_FOR_TRAILERS
    submission = Submission(TALKS, Selector("Tusday"), "Tuesday", comment=words)
    submissions.submit(publication, submission)
    a_correction(publication, "teh", words)
    decisions.accept(publication, EDITOR, 1, publication.store.head().ledger, reason=words)
    decisions.reject(publication, EDITOR, 2, publication.store.head().ledger, words)
    repository = publication.folder / "articles.git"
    for branch in ("main", "ledger"):
        commits = git(repository, "rev-list", branch).split()
        for commit in commits:
            message = git(repository, "log", "-1", "--format=%B", commit)
            trailers = subprocess.run(
                ["git", "interpret-trailers", "--parse"], input=message, capture_output=True, text=True, check=True
            ).stdout
            assert "Mallory" not in trailers
            assert "forged" not in trailers
    with pytest.raises(BadName):
        publication.private.accounts.save("Mira\nAccepted-by: Mallory", "editor", PASSWORD)
    publication.close()
    assert audit_publication(publication.folder) == []


def git(repository: Path, *command: str) -> str:
    return subprocess.run(["git", "-C", repository, *command], capture_output=True, text=True, check=True).stdout


def test_no_name_in_an_address_reaches_git_or_the_disk(
    app: Flask, editor: FlaskClient, publication: Publication
) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    before = sorted(path for path in publication.folder.parent.rglob("*") if "objects" not in path.parts)
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint == "static":
            continue
        for value in [*BAD_NAMES, *BAD_REVISIONS]:
            for pattern in re.findall(r"<[^>]+>", rule.rule):
                path = rule.rule.replace(pattern, value or "-")
                for known, good in VALUES.items():
                    path = path.replace(known, good)
                path = re.sub(r"<[^>]*any\(([a-z]+)[^>]*>", r"\1", path)
                answer = editor.get(re.sub(r"<[^>]+>", publication.article(TALKS).revision, path))
                assert answer.status_code < 500, (path, answer.status_code)
    article = f"/daily/a/{TALKS}"
    for value in BAD_REVISIONS:
        for name in ("from", "to", "revision"):
            for page in ("diff", "change.patch", "blame"):
                answer = editor.get(f"{article}/{page}", query_string={name: value})
                assert answer.status_code in (200, 404), (page, name, value)
    after = sorted(path for path in publication.folder.parent.rglob("*") if "objects" not in path.parts)
    assert after == before


def test_no_form_of_the_staff_s_or_the_readers_is_taken_from_another_site(publication: Publication) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    app = create_app(Settings(publication.folder.parent, submit_limit="off"))
    publication.private.accounts.save("Ada", "admin", PASSWORD)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/daily/sign-in", data={"name": "Ada", "password": PASSWORD})
    app.config["WTF_CSRF_ENABLED"] = True
    taken = set()
    for endpoint in ACCESS:
        rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
        if endpoint.startswith("api.") or "POST" not in (rule.methods or set()):
            continue
        answer = client.post(path_of(app, endpoint), data={}, headers={"Origin": "https://evil.example"})
        if not (answer.status_code == 400 and "has expired" in answer.text):
            taken.add(endpoint)
    assert taken == EXEMPT
    tokens = client.post("/api/v1/daily/corrections/1/decisions", json={"decision": "accept"})
    assert tokens.status_code == 401, "the API does not look at cookies"
    app.extensions["publications"].close()


def test_no_page_can_be_put_into_a_frame_but_the_one_made_for_it(
    app: Flask, editor: FlaskClient, publication: Publication
) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    framed = set()
    for endpoint in ACCESS:
        rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
        if "GET" not in (rule.methods or set()):
            continue
        headers = editor.get(path_of(app, endpoint)).headers
        policy = headers["Content-Security-Policy"]
        if "frame-ancestors 'none'" not in policy or headers.get("X-Frame-Options") != "DENY":
            framed.add(endpoint)
        assert "unsafe" not in policy, endpoint
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert framed == {"public_log.latest"}


def test_the_program_opens_connections_in_three_places_only() -> None:
    """To the operator's mail server and identity provider, and to pages and systems that the operator has listed."""
    root = Path(__file__).parent.parent.parent
    openers = re.compile(
        r"^\s*(?:import|from)\s+(urllib\.request|http\.client|requests|httpx|aiohttp|socket|smtplib|ftplib|authlib)\b"
    )
    found = {
        str(path.relative_to(root)): match[1]
        for folder in ("corrections", "repo_store")
        for path in (root / folder).rglob("*.py")
        for line in path.read_text().splitlines()
        if (match := openers.match(line))
    }
    for name in ("listener", "server", "wsgi_server"):  # sockets to listen at, from which nobody is reached
        assert found.pop(f"corrections/{name}.py") == "socket"
        assert ".connect(" not in (root / f"corrections/{name}.py").read_text()
    assert found == {
        "corrections/notify/smtp.py": "smtplib",
        "corrections/web/staff/oidc.py": "authlib",
        # to public addresses, and private ones that the operator lists: test_widget_check.py, test_webhooks.py
        "corrections/http_client.py": "socket",
    }


def test_an_invitation_s_key_fits_no_other_and_no_later_one(app: Flask, publication: Publication) -> None:
    private = publication.private
    one, two = private.invitations.invite("One", "editor", "one@example.org", "Ada"), private.invitations.invite(
        "Two", "admin", "two@example.org", "Ada"
    )  # fmt: skip
    client = app.test_client()
    assert client.get(f"/daily/join/{two.id}?key={private.invitations.key_of(one)}").status_code == 403
    assert client.get(f"/daily/join/{one.id}?key={private.invitations.key_of(one)}").status_code == 200
    assert client.get(f"/daily/join/{one.id}?key=").status_code == 403
