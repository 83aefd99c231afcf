"""What a publication asks of a decision, by gravity: a file `policy.toml` in its folder; without one nothing is asked.

silent = ["typo", "grammar"]                  # categories that need no notice
wants_notice = ["number", "name", "money"]    # warnings after which a correction needs a notice
second_person = ["headline", "quotation"]     # warnings after which somebody else has to agree first
chief_approves = ["clarification"]            # notices that only a chief editor or an admin may publish
"""

import tomllib
from dataclasses import dataclass, fields

from corrections.domain.kinds import CATEGORIES, NOTICE_KINDS
from corrections.domain.roles import RIGHTS
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.errors import AgainstPolicy, Forbidden
from corrections.services.publication import Publication
from corrections.text.warnings import CODES, Warning

FILE = "policy.toml"
HEADLINE = "headline"  # beside the codes of warnings: the change is in the article's first line


class BadPolicy(CorrectionsError):
    code = "bad_policy"


@dataclass(frozen=True)
class Policy:
    """Categories, codes of warnings, and kinds of notices; see above."""

    silent: tuple[str, ...] = ()
    wants_notice: tuple[str, ...] = ()
    second_person: tuple[str, ...] = ()
    chief_approves: tuple[str, ...] = ()


def of(publication: Publication) -> Policy:
    """The publication's policy. Raises `BadPolicy` where its file cannot be read as one."""
    path = publication.folder / FILE
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Policy()
    except (OSError, ValueError) as error:
        raise BadPolicy(f"{path.name} of {publication.name} cannot be read: {error}.") from error
    known = {field.name for field in fields(Policy)}
    for name, value in table.items():
        if name not in known:
            raise BadPolicy(f"{path.name} of {publication.name}: {name} must be one of {', '.join(sorted(known))}.")
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise BadPolicy(f"{path.name} of {publication.name}: {name} must be a list of words.")
    if unknown := set(table.get("silent", ())) - set(CATEGORIES):
        raise BadPolicy(f"{path.name} of {publication.name}: {', '.join(unknown)} is not a category.")
    return Policy(**{name: tuple(value) for name, value in table.items()})


def remarks(publication: Publication) -> list[str]:
    """Why the policy cannot be read, or what stands in it and is no warning or notice, so that it asks for nothing."""
    try:
        policy = of(publication)
    except BadPolicy as error:
        return [str(error)]
    warnings = (*CODES, HEADLINE)
    return [
        f"{FILE} of {publication.name}: {field} names {word}, which is none of {', '.join(map(str, sorted(known)))}."
        for field, known in (
            ("wants_notice", warnings),
            ("second_person", warnings),
            ("chief_approves", NOTICE_KINDS),
        )
        for word in getattr(policy, field)
        if word not in known
    ]


@dataclass(frozen=True)
class Requirements:
    """What a decision needs, each with what in the change asks for it; empty: not needed.

    `agreed` are those who have approved the correction; `chief_kinds` the notices that the actor may not publish.
    """

    second_person: tuple[str, ...] = ()
    notice: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    chief_kinds: tuple[str, ...] = ()

    def approved(self, actor: Actor) -> bool:
        """Whether somebody besides the actor has approved the correction."""
        return bool(set(self.agreed) - {actor.name})

    def missing(self, actor: Actor, notice: str) -> list[str]:
        """What still stands in the way of a decision with a notice of this kind, as sentences."""
        sentences = []
        if self.second_person and not self.approved(actor):
            why = ", ".join(self.second_person)
            sentences.append(
                f"The publication’s policy requires the approval of a second person for changes of this type: {why}."
            )
        if self.notice and not notice:
            why = ", ".join(self.notice)
            sentences.append(f"The publication’s policy requires a notice for changes of this type: {why}.")
        if notice in self.chief_kinds:
            sentences.append(_only_chief(notice))
        return sentences


def requirements(
    publication: Publication,
    actor: Actor,
    correction: queries.Correction,
    about: list[Warning],
    in_headline: bool,
) -> Requirements:
    """What the policy asks for before a change with these warnings is published. Raises `BadPolicy`."""
    policy = of(publication)
    codes = {warning.code for warning in about} | ({HEADLINE} if in_headline else set())
    return Requirements(
        _named(codes & set(policy.second_person)),
        () if correction.category in policy.silent else _named(codes & set(policy.wants_notice)),
        tuple(sorted(seconds(publication, correction))),
        () if actor.role in RIGHTS["judge"] else policy.chief_approves,
    )


def check_acceptance(
    publication: Publication,
    actor: Actor,
    correction: queries.Correction,
    about: list[Warning],
    in_headline: bool,
    notice: str,
) -> None:
    """Whether this may be accepted like this; the refusal names all that is missing.

    Raises `AgainstPolicy`, `Forbidden`, `BadPolicy`.
    """
    needed = requirements(publication, actor, correction, about, in_headline)
    missing = needed.missing(actor, notice)
    if missing == [_only_chief(notice)]:
        raise Forbidden(missing[0])
    if missing:
        raise AgainstPolicy(" ".join(missing))


def _only_chief(notice: str) -> str:
    return f"Only a chief editor or an admin can publish a notice of the type {notice}."


def _named(codes: set[str]) -> tuple[str, ...]:
    return tuple(sorted(code.replace("_", " ") for code in codes))


def seconds(publication: Publication, correction: queries.Correction) -> set[str]:
    """Who has agreed to a correction since anything else was decided about it."""
    return set(queries.approvals(publication.index, [correction.number]).get(correction.number, ()))
