"""What a publication asks of a decision, by gravity: a file `policy.toml` in its folder; without one nothing is asked.

silent = ["typo", "grammar"]                  # categories that need no notice
wants_notice = ["number", "name", "money"]    # warnings after which a correction needs a notice
second_person = ["headline", "quotation"]     # warnings after which somebody else has to agree first
chief_approves = ["clarification"]            # notices that only a chief editor or an admin may publish
"""

import tomllib
from dataclasses import dataclass, fields

from corrections.domain.kinds import CATEGORIES
from corrections.domain.roles import RIGHTS
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.errors import AgainstPolicy, Forbidden
from corrections.services.publication import Publication
from corrections.text.warnings import Warning

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


def check_acceptance(
    publication: Publication,
    actor: Actor,
    correction: queries.Correction,
    about: list[Warning],
    in_headline: bool,
    notice: str,
) -> None:
    """Whether this may be accepted like this. Raises `AgainstPolicy`, `Forbidden`, `BadPolicy`."""
    policy = of(publication)
    codes = {warning.code for warning in about} | ({HEADLINE} if in_headline else set())
    if notice in policy.chief_approves and actor.role not in RIGHTS["judge"]:
        raise Forbidden(f"Only a chief editor or an admin can publish a notice of the type {notice}.")
    if required := codes & set(policy.second_person):
        agreed = seconds(publication, correction)
        if not agreed - {actor.name}:
            why = ", ".join(sorted(required)).replace("_", " ")
            raise AgainstPolicy(
                f"The publication’s policy requires the approval of a second person for changes of this type: {why}."
            )
    if not notice and correction.category not in policy.silent and (required := codes & set(policy.wants_notice)):
        why = ", ".join(sorted(required)).replace("_", " ")
        raise AgainstPolicy(f"The publication’s policy requires a notice for changes of this type: {why}.")


def seconds(publication: Publication, correction: queries.Correction) -> set[str]:
    """Who has agreed to a correction since anything else was decided about it."""
    agreed: set[str] = set()
    for event in queries.events(publication.index, correction.number):
        if event.type == "correction.seconded":
            agreed.add(event.by or "")
        elif event.type in ("correction.reopened", "correction.reverted"):
            agreed.clear()
    return agreed
