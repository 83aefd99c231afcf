"""Which article each file of an import is: ids from dates and names, clashes found before anything is written."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from corrections.article_files.discovery import ArticleFile, printable_path
from corrections.article_files.manuscript import Manuscript
from corrections.article_files.names import FileName, parse_file_name, slug, slug_of_first_version
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.articles.updates import normalised
from corrections.services.publication import Publication
from corrections.text.comparison.similarity import same_story

MAX_CLASHES_LISTED = 5


class Clash(CorrectionsError):
    """Files that would become one article; nothing was written."""

    code = "clash"


@dataclass(frozen=True)
class Identity:
    """The article that a file is; `remarks` explain the decision, `error` says why the file cannot be imported."""

    file: ArticleFile
    id: str = ""
    remarks: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Claim:
    """What a file says about its own identity.

    `candidates` maps the ids of articles that it may be to whether their text is the same story; `fixed` is an id
    from the caller or the front matter.
    """

    file: ArticleFile
    name: FileName
    slug: str
    day: date | None
    named: bool
    fixed: str
    candidates: dict[str, bool]


def read_claim(publication: Publication, file: ArticleFile, text: Manuscript, article_id: str | None) -> Claim:
    """What `file` says about its own identity; `article_id` is the id that the caller names, if any."""
    name = parse_file_name(file.path)
    article_slug = slug(text.slug) if text.slug else name.slug
    fixed = article_id or text.id or ""
    return Claim(
        file=file,
        name=name,
        slug=article_slug,
        day=text.day or name.day,
        named=bool(text.slug),
        fixed=fixed,
        candidates=_candidates(
            publication, text, fixed, {article_slug} if text.slug else {article_slug, *_alternative_slugs(file, name)}
        ),
    )


def _alternative_slugs(file: ArticleFile, name: FileName) -> set[str]:
    """Slugs that another import may have given the file's article."""
    return {slug_of_first_version(file.path), *(name.slug_in_folders(levels) for levels in (1, 2))}


def _candidates(publication: Publication, text: Manuscript, fixed: str, slugs: set[str]) -> dict[str, bool]:
    if fixed:
        article = queries.article(publication.index, fixed)
        articles = [article] if article else []
    else:
        articles = queries.articles_with_slugs(publication.index, slugs)
    source = normalised(text.text)
    texts = {article.id: publication.store.text(article.id, article.revision) for article in articles}
    return {article_id: same_story(normalised(known), source) for article_id, known in texts.items()}


def identify(claims: list[Claim], today: date) -> list[Identity]:
    """The article that each file is. Raises `Clash`, naming the files, where two would be one."""
    slugs = _slugs(claims)
    identities = [_identity(claim, article_slug, today) for claim, article_slug in zip(claims, slugs, strict=True)]
    files: dict[str, list[str]] = defaultdict(list)
    for identity in identities:
        if not identity.error:
            files[identity.id].append(printable_path(identity.file.path))
    clashes = [
        f"{' and '.join(paths)} would both become {article_id}" for article_id, paths in files.items() if len(paths) > 1
    ]
    if clashes:
        more = f"; and {len(clashes) - MAX_CLASHES_LISTED} more" if len(clashes) > MAX_CLASHES_LISTED else ""
        raise Clash(
            f"Nothing was imported: {'; '.join(clashes[:MAX_CLASHES_LISTED])}{more}. Rename one of the files, or "
            "set a different `slug` in its front matter."
        )
    return identities


def _slugs(claims: list[Claim]) -> list[str]:
    """The slugs, with names of folders before those that several files in different folders would share."""
    slugs = [claim.slug for claim in claims]
    for depth_of in (_depth_below_root, _depth):
        for levels in range(1, 1 + max(map(_depth, claims), default=0)):
            groups: dict[tuple[date | None, str], list[int]] = defaultdict(list)
            for at, claim in enumerate(claims):
                if not claim.fixed:
                    groups[claim.day, slugs[at]].append(at)
            crowded = [group for group in groups.values() if len({claims[at].file.path.parent for at in group}) > 1]
            for at in (at for group in crowded for at in group if not claims[at].named):
                slugs[at] = claims[at].name.slug_in_folders(min(levels, depth_of(claims[at])))
    return slugs


def _depth(claim: Claim) -> int:
    return len(claim.name.folders)


def _depth_below_root(claim: Claim) -> int:
    """How many folders lie between a file and the folder that is imported."""
    if claim.file.root is None:
        return _depth(claim)
    above = FileName(None, "", parse_file_name(claim.file.root / "name").folders)
    return max(0, _depth(claim) - len(above.folders))


def _identity(claim: Claim, article_slug: str, today: date) -> Identity:
    if claim.fixed:
        return _resolve(claim, claim.fixed)
    if claim.day is not None:
        return _resolve(claim, f"{claim.day:%Y/%m/%d}/{article_slug}")
    named = [candidate for candidate in claim.candidates if candidate[11:] == article_slug]
    similar = [candidate for candidate in (*named, *claim.candidates) if claim.candidates[candidate]]
    new_id = f"{today:%Y/%m/%d}/{article_slug}"
    if similar:
        remark = (
            ""
            if similar[0] == new_id
            else (
                f"it has no date, but its text matches {similar[0]}, so it was imported as a revision of that article"
            )
        )
        return Identity(claim.file, similar[0], (remark,) if remark else ())
    if named and new_id not in named:
        return Identity(
            claim.file,
            error=(
                f"it has no date, and {named[0]}, which has the same name, contains a completely different text. Set "
                "the date in its front matter or file name, or pass its ID with --id"
            ),
        )
    return _resolve(claim, new_id)


def _resolve(claim: Claim, article_id: str) -> Identity:
    """The file as `article_id`, unless an earlier import stored the same story under another id of that day."""
    if article_id in claim.candidates or claim.fixed:
        remark = f"{article_id} contained a completely different text before; this file is its new revision"
        return Identity(claim.file, article_id, () if claim.candidates.get(article_id, True) else (remark,))
    similar = [candidate for candidate, is_same_story in claim.candidates.items() if is_same_story]
    same_day = [candidate for candidate in similar if candidate[:11] == article_id[:11]]
    if same_day:
        remark = (
            f"its text matches {same_day[0]}, so it was imported as a revision of that article and not as {article_id}"
        )
        return Identity(claim.file, same_day[0], (remark,))
    if similar:
        remark = (
            f"{similar[0]} has the same name and a very similar text; if it is the same article, pass its ID with --id"
        )
        return Identity(claim.file, article_id, (remark,))
    return Identity(claim.file, article_id)
