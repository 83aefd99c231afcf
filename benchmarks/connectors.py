"""A real WordPress and the service beside it: how fast posts come in, and how soon corrections are there.

    python -m benchmarks.connectors [--posts N] [--corrections N]

Posts: the first import of all posts, beside reading the same posts from WordPress and doing nothing with them.
Corrections: from the moment of acceptance until the post has the corrected words, one after the other, and of many that
are accepted at once the last one. The packages of WordPress that tests use must be installed (`make wordpress`).
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from statistics import median

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.connectors.wordpress.posts import fetch_posts, list_posts
from corrections.connectors.wordpress.rest_api import RestApi
from corrections.domain.decisions import DecisionKind
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.publication import Publication
from corrections.services.review.decisions import Decision, decide
from tests.connectors.wordpress import USER, WordPress, running
from tests.newsroom import EDITOR, a_correction, free_port, kill, start

ADMIN = Actor("Ada", "admin")
PARAGRAPH = (
    "<!-- wp:paragraph -->\\n<p>The council met to decide about the bridge of word{}, and {} heard it.</p>\\n"
    "<!-- /wp:paragraph -->\\n\\n"
)
PATIENCE = 120.0  # seconds in which a correction has to be there


def insert_posts(site: WordPress, count: int) -> None:
    body = "".join(PARAGRAPH.format(number, "everybody" * (number % 3)) for number in range(12))
    site.run(
        f"for ($i = 0; $i < {count}; $i++) wp_insert_post(['post_title' => \"Bridge $i\", 'post_status' => 'publish',"
        f" 'post_author' => 2, 'post_content' => wp_slash(\"{body}\"), 'post_name' => \"bridge-$i\"]);"
    )


def reading_alone(site: WordPress) -> float:
    """Seconds for reading every post with its source."""
    api, begin, offset, total = RestApi(site.url, USER, site.password), time.monotonic(), 0, 1
    while offset < total:
        listing = list_posts(api, "posts", offset)
        for _ in fetch_posts(api, "posts", [row.id for row in listing.rows]):
            pass
        offset, total = offset + len(listing.rows), listing.total
    return time.monotonic() - begin


def accept(publication: Publication, number: int) -> None:
    publication.refresh()
    decide(publication, EDITOR, number, Decision(DecisionKind.ACCEPT, publication.correction(number).last_event))


def seconds_until_there(site: WordPress, waiting: dict[str, str]) -> float:
    """Until each post, by its path, has these words."""
    begin = time.monotonic()
    while waiting:
        path, words = next(iter(waiting.items()))
        if words in site.get(path, context="edit")["content"]["raw"]:
            del waiting[path]
        elif time.monotonic() - begin > PATIENCE:
            raise SystemExit(f"{path} has not got {words} in {PATIENCE:.0f} seconds.")
        else:
            time.sleep(0.02)
    return time.monotonic() - begin


def measure(site: WordPress, folder: Path, posts: int, corrections: int) -> None:
    insert_posts(site, posts)
    alone = reading_alone(site)
    publication = Publication.create(folder, "daily")
    connections.connect(
        publication, ADMIN, NewConnection("wordpress", {"url": site.url, "user": USER}, "", 60, site.password)
    )
    begin = time.monotonic()
    connections.synchronise(publication, ADMIN, "wordpress")
    spent = time.monotonic() - begin
    print(f"{posts} posts: imported in {spent:.1f} s ({posts / spent:.0f} a second); read alone in {alone:.1f} s")
    ours = {article.id for article in queries.articles(publication.index, limit=posts) if "bridge-" in article.id}
    rows = [row for row in publication.private.connections.articles("wordpress") if row.article in ours][:corrections]
    for row in rows:
        a_correction(publication, "word7", "word number seven", row.article)
    service = start(folder, free_port(), CORRECTIONS_PRIVATE_HOSTS="127.0.0.0/8")
    try:
        half = len(rows) // 2
        single = []
        for number, row in enumerate(rows[:half], start=1):
            accept(publication, number)
            single.append(seconds_until_there(site, {row.path: "word number seven"}))
        print(f"one correction: there after {median(single):.2f} s (median of {half}; longest {max(single):.2f} s)")
        for number in range(half + 1, len(rows) + 1):
            accept(publication, number)
        last = seconds_until_there(site, dict.fromkeys((row.path for row in rows[half:]), "word number seven"))
        print(f"{len(rows) - half} corrections accepted in a row: the last one there {last:.2f} s after its acceptance")
    finally:
        kill(service)
        publication.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=500)
    parser.add_argument("--corrections", type=int, default=40)
    options = parser.parse_args()
    os.environ["CORRECTIONS_PRIVATE_HOSTS"] = "127.0.0.0/8"
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "wordpress") as site:
        (Path(folder) / "data").mkdir()
        measure(site, Path(folder) / "data", options.posts, options.corrections)


if __name__ == "__main__":
    main()
