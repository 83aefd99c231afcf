"""Words that were taken down, in a text that comes back with them.

What they were is known nowhere any more. Their length and what stands around them are: so they are known again.
"""

import re
from collections.abc import Iterator

from corrections.index import queries
from corrections.index.queries import Redacted
from corrections.services.articles.versions import Version, version_at
from corrections.services.errors import TakenDown
from corrections.services.publication import Publication
from repo_store import Part
from repo_store.history_rewrite import HIDDEN, mask_text

AROUND = 30  # code points on each side that tell the place
LEAST_AROUND = 10  # of them on one side, where the other side has been changed
LONG_RUN = 200  # words; more are compared as they stand, without what is around them
TEXTS_READ = 100  # revisions and sendings of an article, the last ones
_RUN = re.compile(rf"{HIDDEN}+(?:\s+{HIDDEN}+)*")


def check_taken_down(publication: Publication, article: queries.Article, sent: Version, now: Version) -> None:
    """Raises `TakenDown` where an article comes with words that were taken out of its history.

    What it was `sent` with before is let pass: somebody has said that these are other words.
    """
    public = [redaction for redaction in queries.redactions(publication.index, article.id) if redaction.public]
    if not public:
        return
    for known in _known(publication, article):
        if any(
            brings_back(redacted, new) and not brings_back(redacted, old)
            for redacted, old, new in zip(_words(known), _words(sent), _words(now), strict=False)
        ):
            raise TakenDown(
                _message(article.id, public[-1]),
                article=article.id,
                taken_down_at=public[-1].at,
                reason=public[-1].reason,
            )


def brings_back(redacted: str, text: str) -> bool:
    """Does `text` have words where `redacted` has hidden ones of the same length in the same words?"""
    return any(_stands(run, redacted, text) for run in _RUN.finditer(redacted))


def _known(publication: Publication, article: queries.Article) -> Iterator[Version]:
    """What was published and sent of an article, as far as something is hidden in it."""
    commits = [
        revision.revision for revision in queries.revisions_page(publication.index, article.id, limit=TEXTS_READ)
    ]
    for event in queries.sendings(publication.index, article.id, TEXTS_READ):
        commits.append(publication.store.entry(event.id).commit or event.main)
    for commit in dict.fromkeys(commits):
        known = version_at(publication, article.id, commit)
        if any(HIDDEN in words for words in _words(known)):
            yield known


def _words(version: Version) -> tuple[str, ...]:
    standfirst = version.sources.of(Part.STANDFIRST).text
    return version.text, version.title, standfirst, version.meta.url, "\n".join(version.meta.authors)


def _stands(run: re.Match[str], redacted: str, text: str) -> bool:
    words = run[0].split()
    if len(words) > LONG_RUN:
        shape = " ".join(words)
        return shape in " ".join(mask_text(text).split()) and shape not in " ".join(text.split())
    shape = r"\s+".join(rf"\S{{{len(word)}}}" for word in words)
    lead = redacted[max(0, run.start() - AROUND) : run.start()].rpartition("\n\n")[2]
    trail = redacted[run.end() : run.end() + AROUND].partition("\n\n")[0]
    patterns = [f"{_flexible(lead)}({shape}){_flexible(trail)}"] if lead.strip() and trail.strip() else []
    if len(lead.strip()) >= LEAST_AROUND:
        patterns.append(rf"{_flexible(lead)}({shape})(?!\w)")
    if len(trail.strip()) >= LEAST_AROUND:
        patterns.append(rf"(?<!\w)({shape}){_flexible(trail)}")
    if not patterns:
        patterns.append(rf"(?:\A|\n){_flexible(lead)}({shape}){_flexible(trail)}\s*(?:\n|\Z)")
    return any(HIDDEN not in match[1] for pattern in patterns for match in re.finditer(pattern, text))


def _flexible(around: str) -> str:
    """What stands around hidden words, whatever its white space; other hidden words in it stand for any."""
    parts = re.split(r"(\s+)", around)
    return "".join(
        r"\s+" if part.isspace() else re.escape(part).replace(re.escape(HIDDEN), r"\S") for part in parts if part
    )


def _message(article_id: str, last: Redacted) -> str:
    return (
        f"{article_id} contains text that was removed on {last.at[:10]} ({last.reason}). Nothing was "
        "imported. Remove the text from the article in your system and send it again. If it is different "
        "text in the same place, send it with “theirs” (--theirs on the command line)."
    )
