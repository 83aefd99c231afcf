"""Markup and odd characters in every field: on every page, in feeds and in mail they are the words they are made of.

A real Chromium opens everything there is; a script that runs, and anything the page's policy had to stop, is counted.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from playwright.sync_api import Browser, Error, Page

from corrections.notify.mail_messages import Sender, compose_message
from corrections.private.contacts import Contact
from corrections.private.delivery.outbox import Letter
from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.readers import status
from corrections.services.review import comments, decisions, notices
from corrections.services.review.decisions import NoticeDraft
from corrections.web.access import ACCESS
from tests.browser.test_browser import PASSWORD, sign_in
from tests.newsroom import EDITOR as MIRA
from tests.newsroom import TALKS, TEXT, a_correction, serving

pytestmark = pytest.mark.browser

RUN = "alert(1)"
VECTORS = [  # one a way in: elements, handlers, addresses, breaking out of where a word stands, Markdown, templates
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT >",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<img src=x onerror={RUN}>",
    f"<img src=`x` onerror={RUN}//",
    f'<img """><script>{RUN}</script>">',
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f'<math href="javascript:{RUN}"><mtext>x</mtext></math>',
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}><summary>x</summary></details>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f'<iframe src="javascript:{RUN}"></iframe>',
    f'<object data="javascript:{RUN}"></object>',
    f'<embed src="data:text/html,<script>{RUN}</script>">',
    f'<meta http-equiv="refresh" content="0;url=javascript:{RUN}">',
    '<base href="https://evil.example/">',
    f'<form action="javascript:{RUN}"><button>x</button></form>',
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    "<style>* { background: url(https://evil.example/) }</style>",
    '<p style="position:fixed;inset:0;background:url(https://evil.example/)">x</p>',
    f'<a href="javascript:{RUN}">x</a>',
    f'<a href="java&#x0A;script:{RUN}">x</a>',
    f'<a href=" &#14; javascript:{RUN}">x</a>',
    f'<a href="data:text/html,<script>{RUN}</script>">x</a>',
    f"\"><script>{RUN}</script>",
    f"'><script>{RUN}</script>",
    f"\" autofocus onfocus={RUN} x=\"",
    f"' autofocus onfocus={RUN} x='",
    f"</script><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"<!--[if gte IE 4]><script>{RUN}</script><![endif]-->",
    f"[x](javascript:{RUN})",
    f"[x](JaVaScRiPt:{RUN})",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    f"<javascript:{RUN}>",
    f"![x](javascript:{RUN})",
    f'![x" onerror="{RUN}](x)',
    f'[x](/y "z\\" onmouseover=\\"{RUN}")',
    f"[x]: javascript:{RUN}\n[x]",
    f"`<script>{RUN}</script>",
    "{{ 7*7 }}{% raw %}${7*7}#{7*7}%(number)s",
    f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-",
    f"\\x3cscript\\x3e{RUN}\\x3c/script\\x3e",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"<script\u2028>{RUN}</script>",
    f"＜script＞{RUN}＜/script＞",
]  # fmt: skip
MUTATIONS = [  # what changes its meaning when a browser reads it a second time (mutation XSS)
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror={RUN}&gt;">',
    f'<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={RUN}>',
    f'<svg></p><style><a id="</style><img src=x onerror={RUN}>">',
    f'<math><mi></p><style><!--</style><img src=x onerror={RUN}>--></style>',
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f'<svg><desc><noscript><img title="</noscript><img src=x onerror={RUN}>">',
    f'<textarea><p title="</textarea><img src=x onerror={RUN}>">',
    f'<xmp><p title="</xmp><img src=x onerror={RUN}>">',
    f'<iframe><p title="</iframe><img src=x onerror={RUN}>"></iframe>',
    f'<template><p title="</template><img src=x onerror={RUN}>"></template>',
    f'<select><iframe><select><img src=x onerror={RUN}>',
    f'<svg><title><a id="</title><img src=x onerror={RUN}>">',
    f'<math><annotation-xml encoding="text/html"><style><img src=x onerror={RUN}></style></annotation-xml></math>',
    f'<svg><foreignObject><style><!--</style><img src=x onerror={RUN}>',
    f'<table><caption><math><mtext><table><tr><style><!--</style><img title="--><img src=x onerror={RUN}>">',
    f'<p><a href="x`onmouseover={RUN}">x</a><img alt="``onerror={RUN} " src=x>',
    f'<a title="`&#x3e;&#x3c;img src=x onerror={RUN}&#x3e;">x</a>',
    f'<![CDATA[><img src=x onerror={RUN}>]]>',
    f'<!--><img src=x onerror={RUN}>-->',
    f'<!--!><img src=x onerror={RUN}>--!>',
    f'<?xml version="1.0"?><img src=x onerror={RUN}//?>',
    f'<plaintext><img src=x onerror={RUN}>',
]  # fmt: skip
A_LINE = 8  # vectors in one correction
SPOOFS = "\u202emirrored\u202c \u2066isolated\u2069 \u200bzero\u200dwidth\ufeff \u00adsoft \U000e0041tag"


@pytest.fixture
def everything(publication: Publication) -> Iterator[str]:
    """A publication in which every field that anybody fills holds vectors; yields its address."""
    body = TEXT + "".join(f"\n{vector}\n" for vector in VECTORS) + f"\n{SPOOFS}\n"
    body += "".join(f"\nPlace {number} of many.\n" for number in range(40))
    body += "".join(f"\n{vector}\n" for vector in MUTATIONS)  # last: some of them never end
    title = VECTORS[0] + VECTORS[28] + VECTORS[33]
    quotable = "\n".join([*VECTORS, *MUTATIONS[::2], *MUTATIONS[1::2]])  # a notice may quote what was once published
    updates.publish(publication, MIRA, updates.ArticleText(TALKS, f"{TEXT}\n~~~~\n{quotable}\n~~~~\n", title))
    updates.publish(publication, MIRA, updates.ArticleText(TALKS, body, title, authors=(VECTORS[3], VECTORS[28])))
    publication.private.accounts.save("Mira", "admin", PASSWORD)
    publication.private.accounts.save('"" onfocus=alert(1) autofocus', "editor", PASSWORD)
    publication.private.invitations.invite("&lt;svg onload=alert(1)&gt;", "editor", "x@example.org", VECTORS[3])
    publication.private.journal.note(VECTORS[3], VECTORS[0])
    (publication.folder / "corrections-policy.md").write_text("\n\n".join([*VECTORS, *MUTATIONS]))
    for number in range(len(VECTORS) // A_LINE + 1):
        correct(publication, number, [*VECTORS[number * A_LINE : (number + 1) * A_LINE], SPOOFS])
    for number, vectors in enumerate((MUTATIONS[::2], MUTATIONS[1::2]), 30):
        words = "\n".join(vectors)
        made = a_correction(publication, f"Place {number} of", f"Place {number} (edited) of", comment=words)
        comments.ask(publication, MIRA, made.number, words)
        draft = NoticeDraft("correction", words)
        decisions.accept(publication, MIRA, made.number, publication.store.head().ledger, reason=words, notice=draft)
    revised = publication.current_text(TALKS).replace("Ministers", "Some <b onclick=alert(1)>ministers</b>")
    updates.publish(publication, MIRA, updates.ArticleText(TALKS, revised))
    with serving(publication.folder.parent) as address:
        yield address


def correct(publication: Publication, at: int, vectors: list[str]) -> None:
    """A correction whose every field holds these vectors, with everything done to it that can be."""
    words, line = "\n".join(vectors), "".join(vectors).replace("\n", " ")
    made = a_correction(
        publication, f"Place {at} of", line, comment=words, evidence="https://example.org/?" + re.sub(r"\s", "", line),
        contact=Contact(line[:100], "ada@example.org", True),
    )  # fmt: skip
    number = made.number
    comments.note(publication, MIRA, number, words)
    comments.ask(publication, MIRA, number, words)
    status.add_word(publication, number, words)
    head = publication.store.head().ledger
    if at % 3 == 0:
        decisions.reject(publication, MIRA, number, head, words)
        status.appeal(publication, number, words)
    elif at % 3 == 1:
        draft = NoticeDraft("correction", words)
        decisions.accept(publication, MIRA, number, head, text="Place (edited)", reason=words, notice=draft)
        if at == 1:
            notices.edit(publication, MIRA, TALKS, 0, draft, words)


def watched(browser: Browser) -> tuple[Page, list[str]]:
    """A page, and what happened on it that no page may do."""
    told: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route(re.compile("evil"), lambda route: (told.append(f"asked for {route.request.url}"), route.abort()))
    page = context.new_page()
    page.on("dialog", lambda dialog: (told.append(f"ran a script at {page.url}"), dialog.dismiss()))
    page.on("console", lambda said: told.append(f"{page.url}: {said.text}") if stopped(page.url, said.text) else None)
    page.on("pageerror", lambda error: told.append(f"{page.url}: {error}"))
    return page, told


def stopped(address: str, message: str) -> bool:
    """Did the policy stop something there? (Chromium shows XML with a style of its own, which policies stop.)"""
    return "Security Policy" in message and not address.partition("?")[0].endswith((".xml", ".atom"))


def addresses(publication: Publication) -> list[str]:
    """Every page there is, by the rules that the service knows."""
    from corrections.app import create_app
    from corrections.config import Settings

    app = create_app(Settings(publication.folder.parent))
    revision = publication.article(TALKS).revision
    numbers = range(1, publication.store.head().corrections + 1)
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in ACCESS or rule.endpoint == "static" or "GET" not in (rule.methods or set()):
            continue
        path = rule.rule.replace("<publication>", "daily").replace("<article:article_id>", TALKS)
        path = path.replace("<revision>", revision).replace("<int:start>", "3")
        path = re.sub(r"<[^>]*any\(([a-z]+)[^>]*>", r"\1", path)
        if "<int:number>" in path:
            found += [path.replace("<int:number>", str(number)) for number in numbers]
        elif "<" not in path and "oidc" not in path and not rule.endpoint.startswith(("git_http", "audits.begin")):
            found.append(path)
    app.extensions["publications"].close()
    keys = [publication.private.reader_key(publication.correction(number).id) for number in numbers]
    found += [f"/daily/c/{number}?key={key}" for number, key in zip(numbers, keys, strict=True)]
    found += [f"/daily/review/?q={vector[:60]}" for vector in ("<script>alert(1)</script>", '" onfocus=alert(1) x="')]
    found += [f"/daily/corrections?q={vector}" for vector in ("<script>alert(1)</script>", '" onfocus=alert(1) x="')]
    return [*found, f"/daily/a/{TALKS}/diff?view=inline", f"/daily/a/{TALKS}/suggest?exact=<svg onload=alert(1)>"]


def test_no_vector_runs_and_the_policy_has_nothing_to_stop(
    browser: Browser, everything: str, publication: Publication
) -> None:
    page, told = watched(browser)
    page.goto(f"{everything}/daily/sign-in")
    sign_in(page, f"{everything}/daily")
    seen = 0
    for path in addresses(publication):
        try:
            answer = page.goto(f"{everything}{path}", wait_until="load")
        except Error as error:
            if "Download is starting" not in str(error) and "ERR_ABORTED" not in str(error):
                raise
            continue  # a download is no page
        assert answer is not None
        assert answer.status < 500, path
        if "text/html" in answer.headers.get("content-type", ""):
            seen += 1
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            page.evaluate("document.querySelectorAll('[tabindex], input, button, a').forEach(each => each.focus())")
            assert page.evaluate("[...document.querySelectorAll('*')].flatMap(each => each.getAttributeNames())"
                                 ".filter(name => name.startsWith('on'))") == [], path  # fmt: skip
            assert page.evaluate("document.baseURI") == page.url.partition("#")[0] or "evil" not in page.evaluate(
                "document.baseURI"
            )
    page.context.close()
    assert told == []
    assert seen > 60


def test_no_vector_runs_from_feeds_mail_or_machines(
    browser: Browser, everything: str, publication: Publication
) -> None:
    page, told = watched(browser)
    pieces = []
    for path in ("corrections.atom", f"a/{TALKS}/corrections.atom"):
        feed = feedparser.parse(f"{everything}/daily/{path}", sanitize_html=False)
        assert not feed.bozo, feed.get("bozo_exception")
        for entry in feed.entries:
            pieces += [content.value for content in entry.get("content", []) if content.type != "text/plain"]
            pieces += [entry.summary] if entry.get("summary_detail", {}).get("type") == "text/html" else []
    feed = page.request.get(f"{everything}/daily/corrections.json").json()
    pieces += [item.get("content_html", "") for item in feed["items"]]
    sender = Sender("https://corrections.example.org", "desk@example.org")
    for number in range(1, publication.store.head().corrections + 1):
        correction = publication.correction(number)
        for kind in ("received", "question", "accepted", "rejected"):
            row = Letter(number, correction.last_event, correction.id, kind, "waiting", 0.0, 0, None, "2026-11-25")
            made = compose_message(publication, sender, row)
            if made is None:
                continue
            assert not any("\n" in str(value) or "evil" in str(value) for value in made.values())
            html = made.get_body(("html",))
            pieces += [html.get_content()] if html is not None else []
    assert len(pieces) > 10
    for piece in pieces:
        page.set_content(piece)
        page.evaluate("document.querySelectorAll('[tabindex], input, button, a').forEach(each => each.focus())")
        assert page.locator("script, iframe, object, embed, base, form, svg, math").count() == 0
    page.goto(f"{everything}/daily/a/{TALKS}")
    for block in page.locator('script[type="application/ld+json"]').all():
        assert "alert(1)" in str(block.evaluate("each => JSON.parse(each.textContent)")["headline"])
    page.context.close()
    assert told == []


def test_characters_that_turn_or_hide_words_reach_no_further_than_their_own(
    browser: Browser, everything: str, publication: Publication
) -> None:
    """What stands after a reader's words is read from left to right, whatever the words hold; the review names them."""
    page, _ = watched(browser)
    sign_in(page, f"{everything}/daily")
    for path in ("review/", "corrections", f"a/{TALKS}/history", "review/1", "c/2"):
        page.goto(f"{everything}/daily/{path}")
        unclosed = page.evaluate(
            """() => {
              const turning = /[\\u202a-\\u202e\\u2066-\\u2069]/;
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              const found = [];
              while (walker.nextNode()) {
                const node = walker.currentNode;
                if (!turning.test(node.data) || !node.parentElement.checkVisibility()) continue;
                let each = node.parentElement;
                const isolates = (one) => !getComputedStyle(one).display.startsWith("inline")
                  || getComputedStyle(one).unicodeBidi !== "normal";
                while (!isolates(each)) each = each.parentElement;
                const cell = each.closest(".rendered-diff td");  // a block of it
                const range = document.createRange();
                range.setStartAfter(node);
                range.setEndAfter(each.lastChild);
                if (range.toString().trim()) found.push((cell || each).tagName + ": " + range.toString().trim().slice(0, 60));
              }
              return found;
            }"""
        )
        foreign = [
            each for each in unclosed if not each.startswith("TD: ")
        ]  # a diff's cell goes on with the same words
        assert foreign == [], path
    page.goto(f"{everything}/daily/review/1")
    assert re.search("invisible|direction", page.inner_text("main"), re.IGNORECASE)
    page.context.close()


def test_the_vectors_are_all_there(publication: Publication, everything: str) -> None:
    """The tests above prove nothing where a field was emptied on its way in."""
    text = publication.current_text(TALKS)
    assert all(vector in text for vector in VECTORS)
    told = "".join(
        str(publication.correction(number).replacement) for number in range(1, publication.store.head().corrections + 1)
    )
    assert sum(vector in told for vector in VECTORS) > len(VECTORS) - 3
    assert Path(publication.folder / "corrections-policy.md").exists()
