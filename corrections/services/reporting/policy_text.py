"""The house's own words on how it corrects: Markdown in `corrections-policy.md`, or by language, beside the data."""

from pathlib import Path

from corrections.services.publication import Publication

PATTERN = "corrections-policy*.md"


def text(publication: Publication, language: str) -> str | None:
    """The policy in a language (`corrections-policy.uk.md`), else the one for all; None: the house has written none."""
    for name in (f"corrections-policy.{language}.md", "corrections-policy.md"):
        path = publication.folder / name
        if path.is_file():
            return path.read_text(encoding="utf-8", errors="replace")
    return None


def files(folder: Path) -> list[Path]:
    """All its files, for a backup."""
    return sorted(folder.glob(PATTERN))
