"""A letter to those who change a site by hand: what a correction changed and its page does not show yet."""

from dataclasses import dataclass

from corrections.domain.states import State
from corrections.index import queries
from corrections.private.delivery.connections import Connection
from corrections.services.articles.pending_changes import PendingChange, pending_changes
from corrections.services.publication import Publication
from repo_store import Part

SITE_PREFIX = "site-"  # the kind of a letter about a change to make by hand; the connection's name follows
_PARTS = {Part.BODY: "the text", Part.HEADLINE: "the headline", Part.STANDFIRST: "the introduction"}


@dataclass(frozen=True)
class SiteLetter:
    """`attachments` are the new sources of the changed parts, by the name of their files."""

    to: str
    subject: str
    text: str
    attachments: dict[str, str]


def connections_with_mail(publication: Publication, article: str) -> list[Connection]:
    """The connections whose changes to the article are to be mailed."""
    private = publication.private.connections
    mailing = [connection for connection in private.all() if connection.options.get("mail")]
    return [
        connection for connection in mailing if any(row.article == article for row in private.articles(connection.name))
    ]


def site_letter(
    publication: Publication, url: str, connection_name: str, correction: queries.Correction
) -> SiteLetter | None:
    """What to change on the page of a correction's article; None where it has been done or undone, or nobody is to be
    told. `url` is where the service is reached."""
    connection = publication.private.connections.get(connection_name)
    if connection is None or not connection.options.get("mail"):
        return None
    rows = [
        row for row in publication.private.connections.articles(connection_name) if row.article == correction.article
    ]
    is_reverted = correction.state is State.REVERTED
    changes = [
        change
        for change in pending_changes(publication, rows)
        if correction.number in change.numbers or (is_reverted and not change.numbers)
    ]
    if not changes:
        return None
    what = "reverted" if is_reverted else "accepted"
    title = publication.article(correction.article).title
    text = (
        f"Correction {correction.number} was {what}. Please make {_this_change(changes)} on the page:\n\n"
        + "\n".join(_described(change) for change in changes)
        + "The attached file has the HTML of the whole part. The page is fetched again regularly; once it shows the "
        "new words, the change disappears from the list of changes to make:\n"
        f"{url}/{publication.name}/review/connections/of/{connection_name}\n"
    )
    attachments = {f"{change.part}.html": change.source for change in changes}
    return SiteLetter(connection.options["mail"], f"Change to make on the site: {title}", text, attachments)


def _this_change(changes: list[PendingChange]) -> str:
    return "this change" if len(changes) == 1 else "these changes"


def _described(change: PendingChange) -> str:
    return (
        f"{change.link}\n\n"
        f"In {_PARTS[change.part]}, replace\n\n"
        f"    {_on_one_line(change.before + change.old + change.after)}\n\n"
        "with\n\n"
        f"    {_on_one_line(change.before + change.new + change.after)}\n\n"
    )


def _on_one_line(words: str) -> str:
    return " ".join(words.split())
