"""What an article's published notices say in WordPress, and where a connection writes them."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from corrections.config import service_address
from corrections.connectors.wordpress.notice_blocks import NoticeBlock, as_markup
from corrections.connectors.wordpress.notice_template import NoticeParts, check_template, fill
from corrections.connectors.wordpress.words import digest
from corrections.domain.labels import NOTICES
from corrections.i18n import supported_language, translate
from corrections.index import queries
from corrections.services import settings
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from repo_store import Notice

_FIELD = re.compile(r"field:([A-Za-z0-9_-]{1,255})", re.ASCII)


class Place(StrEnum):
    """Where the notices are written: into the content, into a field of the post, or nowhere."""

    FOOT = "foot"
    HEAD = "head"
    FIELD = "field"
    NONE = "none"


@dataclass(frozen=True)
class Destination:
    """The options `notices` and `notice-markup` of a connection; `field` is the name of the post's field, `template`
    empty for the markup of our own."""

    place: Place = Place.NONE
    field: str = ""
    template: str = ""

    @property
    def in_content(self) -> bool:
        return self.place in (Place.FOOT, Place.HEAD)


def check_destination(options: Mapping[str, str]) -> dict[str, str]:
    """The options as they are kept; of a new connection that names no place, `foot`. Raises `Invalid`."""
    option = options.get("notices", "").strip() or Place.FOOT
    if option not in (Place.FOOT, Place.HEAD, Place.NONE) and not _FIELD.fullmatch(option):
        raise Invalid({"notices": "Give --notices as foot, head, none or field: and the name of a field of the post."})
    template = check_template(options.get("notice-markup", ""))
    if template and option not in (Place.FOOT, Place.HEAD):
        raise Invalid({"notice-markup": "--notice-markup is for notices at the foot or head of a post."})
    return {"notices": option, "notice-markup": template}


def destination_of(options: Mapping[str, str]) -> Destination:
    """Connections that were made before there were the options have none, and write no notices."""
    option = options.get("notices", "")
    if match := _FIELD.fullmatch(option):
        return Destination(Place.FIELD, match[1])
    return Destination(Place(option or Place.NONE), template=options.get("notice-markup", ""))


@dataclass(frozen=True)
class NoticeText:
    """One notice in the article's language; `address` is that of the correction's page, empty where it has none."""

    label: str
    day: str
    text: str
    address: str
    link: str

    @property
    def plain(self) -> str:
        return f"{self.label}, {self.day}: {self.text}"

    def paragraph(self, template: str) -> str:
        """Its HTML; nothing in it is a shortcode, unless it is the template's."""
        link = f'<a href="{html.escape(self.address)}">{_escaped(self.link)}</a>' if self.address else ""
        return fill(template, NoticeParts(self.label, self.day, _escaped(self.text), link))


@dataclass(frozen=True)
class PublishedNotices:
    """The notices of an article, oldest first, and the template of their markup."""

    texts: tuple[NoticeText, ...]
    template: str = ""

    @property
    def plain(self) -> str:
        return "\n\n".join(text.plain for text in self.texts)

    @property
    def words(self) -> str:
        """What readers read in the block, as `NoticeBlock.words` has it."""
        return NoticeBlock(self.markup(in_blocks=True), 0).words

    def markup(self, in_blocks: bool) -> str:
        return as_markup([text.paragraph(self.template) for text in self.texts], in_blocks)


def published_notices(publication: Publication, article_id: str, template: str = "") -> PublishedNotices:
    """The notices that an article has now; none for one that is not known."""
    article = queries.article(publication.index, article_id)
    if article is None or article.revisions < 2:  # a notice makes another revision
        return PublishedNotices(())
    meta = publication.store.meta(article_id, article.revision)
    if not meta.notices:
        return PublishedNotices(())
    zone = ZoneInfo(settings.text(publication, "time-zone"))
    texts = tuple(_text(publication, notice, meta.language, zone) for notice in meta.notices)
    return PublishedNotices(texts, template)


def wanted_digest(publication: Publication, article_id: str, destination: Destination) -> str | None:
    """What tells the notices that a post is to have from others, empty for none; None where none are written."""
    if destination.place is Place.NONE:
        return None
    notices = published_notices(publication, article_id, destination.template)
    return digest_of(notices.plain if destination.place is Place.FIELD else notices.words)


def digest_of(words: str) -> str:
    """What tells notices from others, by their words; empty for none."""
    return digest(words) if words else ""


def _text(publication: Publication, notice: Notice, language: str, zone: ZoneInfo) -> NoticeText:
    spoken, service = supported_language(language) or "en", service_address()
    return NoticeText(
        translate(NOTICES[notice.kind], spoken),
        _day(notice.at.astimezone(zone), language),
        notice.text,
        f"{service}/{publication.name}/c/{notice.number}" if service and notice.number else "",
        translate("View the change", spoken),
    )


def _day(at: datetime, language: str) -> str:
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = Locale("en")
    return format_date(at, "long", locale)


def _escaped(text: str) -> str:
    escaped = html.escape(text, quote=False).replace("[", "&#91;").replace("]", "&#93;")
    return "<br>".join(line.strip() for line in escaped.splitlines() if line.strip())
