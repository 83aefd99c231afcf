"""Pages as common engines make them, of one article, served from another origin than the service."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "widget" / "src"
BODY = """<p>Ministers met on Tusday in teh capital, and <strong>agreed</strong> on
<a href="https://example.org/points">two points</a>.</p>
<blockquote><p>“We always said so,” the minister said.</p></blockquote>
{extra}<ul><li>the bridge opened in 1893</li><li>and closed in 1971</li></ul>"""
CAPTION = "<figure><img alt='' src='data:,'><figcaption>The capital on Tusday.</figcaption></figure>"
ADVERT = "<div class='ad'>Buy Tusday shoes in teh shop.</div><script>var words = 'Tusday';</script>"

SHAPES = {
    "wordpress": """<body class="wp-site-blocks"><header class="wp-block-template-part"><p>The Daily</p></header>
        <main class="wp-block-group"><h1 class="wp-block-post-title">The talks</h1>
        <div class="entry-content wp-block-post-content is-layout-constrained">{body}</div></main></body>""",
    "ghost": """<body class="post-template"><div class="gh-viewport"><main class="gh-main">
        <article class="gh-article post"><header class="gh-article-header"><h1>The talks</h1></header>
        <section class="gh-content gh-canvas">{body}</section></article></main>
        <aside><article class="gh-card post"><p>Another story of Tusday.</p></article></aside></div></body>""",
    "drupal": """<body class="path-node"><div class="dialog-off-canvas-main-canvas"><main role="main">
        <article class="node node--type-article" typeof="schema:Article"><h1><span class="field--name-title">The talks</span></h1>
        <div class="node__content"><div class="field field--name-body field__item">{body}</div></div></article>
        </main></div></body>""",
    "hugo": """<body><nav><a href="/">Home</a></nav><main><div class="post-single"><h1 class="post-title">The talks</h1>
        <div class="post-content" itemprop="articleBody">{body}</div></div></main></body>""",
    "react": """<body><div id="root"></div><script>
        const body = {json};
        setTimeout(() => {{
          const article = document.createElement("article");
          article.innerHTML = "<h1>The talks</h1>" + body;
          for (const text of article.querySelectorAll("p, li")) {{
            const first = text.firstChild;
            if (first?.nodeType === 3 && first.length > 12) first.splitText(9).splitText(3);
          }}
          document.getElementById("root").append(article);
        }}, 50);
        </script></body>""",
    "hostile": """<body><div><article><h1>The talks</h1>{body}</article></div></body>""",
}
HOSTILE_CSS = """* { all: unset; } div, p, li, h1, article, blockquote { display: block !important; margin: 9px !important; }
dialog, button, textarea, form { display: none !important; position: fixed !important; left: -9999px !important; }"""


def page(name: str, address: str, service: str) -> str:
    body = BODY.format(extra=CAPTION + ("" if name in ("hostile", "react") else ADVERT))
    shape = SHAPES[name].format(body=body, json=json.dumps(body))
    style = '<link rel="stylesheet" href="/hostile.css">' if name == "hostile" else ""
    foot = "<p><span data-corrections-link></span></p></body>"
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The talks</title>
        <meta name="viewport" content="width=device-width"><link rel="canonical" href="{address}/{name}">{style}
        <script src="{service}/widget.js" defer></script></head>{shape.replace("</body>", foot)}</html>"""


class Site:
    """A publisher's own server, on a port of its own. `pages` are more pages by their path, `headers` what they send."""

    def __init__(self, service: str) -> None:
        """`service` is the publication's address at ours."""
        self.service = service
        self.pages: dict[str, str] = {}
        self.headers: dict[str, dict[str, str]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self, self.path.strip("/").split("?")[0])

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler, name: str) -> None:
        if name in SHAPES:
            _send(request, page(name, self.address, self.service), "text/html", _policy(name, self.service))
        elif name == "hostile.css":
            _send(request, HOSTILE_CSS, "text/css")
        elif name.startswith("src/") and (SOURCES / name.removeprefix("src/")).is_file():
            _send(request, (SOURCES / name.removeprefix("src/")).read_text(), "text/javascript")
        elif name in self.pages:
            _send(request, self.pages[name], "text/html", self.headers.get(name))
        else:
            request.send_error(404)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _policy(name: str, service: str) -> dict[str, str]:
    if name != "hostile":
        return {}
    host = service.rsplit("/", 1)[0]
    policy = f"default-src 'none'; style-src 'self'; script-src {host}; connect-src {host}; img-src data:"
    return {"Content-Security-Policy": policy}


def _send(request: BaseHTTPRequestHandler, text: str, kind: str, headers: dict[str, str] | None = None) -> None:
    request.send_response(200)
    request.send_header("Content-Type", f"{kind}; charset=utf-8")
    for header, value in (headers or {}).items():
        request.send_header(header, value)
    request.end_headers()
    request.wfile.write(text.encode())
