"""Which article each file of an import is: ids from dates and names, clashes found before anything is written."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from corrections.article_files.discovery import ArticleFile, shown
from corrections.article_files.manuscript import Manuscript
from corrections.article_files.names import FileName, file_name, slug, slug_of_first_version
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.articles.updates import normalised
from corrections.services.publication import Publication
from corrections.text.comparison.similarity import same_story

MOST_CLASHES_TOLD = 5


class Clash(CorrectionsError):
    """Files that would become one article; nothing was written."""

    code = "clash"


@dataclass(frozen=True)
class Identity:
    """The article that a file is; `remarks` tell what was decided, `refused` why it cannot be imported."""

    file: ArticleFile
    id: str = ""
    remarks: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Claim:
    """What a file says of its own identity, and the articles here that may be it: `known` has their ids and whether
    their text is the same story. `fixed` is an id that was given outright."""

    file: ArticleFile
    name: FileName
    slug: str
    day: date | None
    named: bool
    fixed: str
    known: dict[str, bool]


def claim(publication: Publication, file: ArticleFile, text: Manuscript, article_id: str | None) -> Claim:
    """What `file` says of its own identity; `article_id` is one that was given for it."""
    name = file_name(file.path)
    own = slug(text.slug) if text.slug else name.slug
    fixed = article_id or text.id or ""
    return Claim(
        file=file,
        name=name,
        slug=own,
        day=text.day or name.day,
        named=bool(text.slug),
        fixed=fixed,
        known=_known(publication, text, fixed, {own} if text.slug else {own, *_other_slugs(file, name)}),
    )


def _other_slugs(file: ArticleFile, name: FileName) -> set[str]:
    """Those that the file's article may have got in another import."""
    return {slug_of_first_version(file.path), *(name.slug_in_folders(levels) for levels in (1, 2))}


def _known(publication: Publication, text: Manuscript, fixed: str, slugs: set[str]) -> dict[str, bool]:
    if fixed:
        article = queries.article(publication.index, fixed)
        articles = [article] if article else []
    else:
        articles = queries.articles_with_slugs(publication.index, slugs)
    source = normalised(text.text)
    return {each.id: same_story(publication.store.text(each.id, each.revision), source) for each in articles}


def identify(claims: list[Claim], today: date) -> list[Identity]:
    """The article that each file is. Raises `Clash`, naming the files, where two would be one."""
    slugs = _slugs(claims)
    identities = [_identity(each, own, today) for each, own in zip(claims, slugs, strict=True)]
    files: dict[str, list[str]] = defaultdict(list)
    for identity in identities:
        if not identity.refused:
            files[identity.id].append(shown(identity.file.path))
    clashes = [f"{' and '.join(paths)} would both become {each}" for each, paths in files.items() if len(paths) > 1]
    if clashes:
        more = f"; and {len(clashes) - MOST_CLASHES_TOLD} more" if len(clashes) > MOST_CLASHES_TOLD else ""
        raise Clash(
            f"Nothing was imported: {'; '.join(clashes[:MOST_CLASHES_TOLD])}{more}. Rename one of the files, or "
            "set a different `slug` in its front matter."
        )
    return identities


def _slugs(claims: list[Claim]) -> list[str]:
    """The slugs, with names of folders before those that several files in different folders would share."""
    slugs = [each.slug for each in claims]
    for depth_of in (_depth_below_root, _depth):
        for levels in range(1, 1 + max(map(_depth, claims), default=0)):
            groups: dict[tuple[date | None, str], list[int]] = defaultdict(list)
            for at, each in enumerate(claims):
                if not each.fixed:
                    groups[each.day, slugs[at]].append(at)
            crowded = [group for group in groups.values() if len({claims[at].file.path.parent for at in group}) > 1]
            for at in (at for group in crowded for at in group if not claims[at].named):
                slugs[at] = claims[at].name.slug_in_folders(min(levels, depth_of(claims[at])))
    return slugs


def _depth(each: Claim) -> int:
    return len(each.name.folders)


def _depth_below_root(each: Claim) -> int:
    """How many folders above a file are below the one that was given."""
    if each.file.root is None:
        return _depth(each)
    above = FileName(None, "", file_name(each.file.root / "name").folders)
    return max(0, _depth(each) - len(above.folders))


def _identity(each: Claim, own: str, today: date) -> Identity:
    if each.fixed:
        return _dated(each, each.fixed)
    if each.day is not None:
        return _dated(each, f"{each.day:%Y/%m/%d}/{own}")
    named = [known for known in each.known if known[11:] == own]
    alike = [known for known in (*named, *each.known) if each.known[known]]
    new = f"{today:%Y/%m/%d}/{own}"
    if alike:
        told = (
            ""
            if alike[0] == new
            else (f"it has no date, but its text matches {alike[0]}, so it was imported as a revision of that article")
        )
        return Identity(each.file, alike[0], (told,) if told else ())
    if named and new not in named:
        return Identity(
            each.file,
            refused=(
                f"it has no date, and {named[0]}, which has the same name, contains a completely different text. Set "
                "the date in its front matter or file name, or pass its ID with --id"
            ),
        )
    return _dated(each, new)


def _dated(each: Claim, article_id: str) -> Identity:
    """A file whose id is certain, but for an article of its day that got another one in an earlier import."""
    if article_id in each.known or each.fixed:
        told = f"{article_id} contained a completely different text before; this file is its new revision"
        return Identity(each.file, article_id, () if each.known.get(article_id, True) else (told,))
    alike = [known for known, same in each.known.items() if same]
    of_the_day = [known for known in alike if known[:11] == article_id[:11]]
    if of_the_day:
        told = (
            f"its text matches {of_the_day[0]}, so it was imported as a revision of that article and not as "
            f"{article_id}"
        )
        return Identity(each.file, of_the_day[0], (told,))
    if alike:
        told = f"{alike[0]} has the same name and a very similar text; if it is the same article, pass its ID with --id"
        return Identity(each.file, article_id, (told,))
    return Identity(each.file, article_id)
