"""A diff for other programs: unified text, and CriticMarkup (one text with the changes marked in it)."""

from difflib import unified_diff

from corrections.text.comparison.diff import Row


def unified(old: str, new: str, old_name: str, new_name: str, context: int = 3) -> str:
    """The diff of two texts by lines, as `diff -u` prints it; empty where they are the same."""
    lines = unified_diff(old.splitlines(True), new.splitlines(True), old_name, new_name, n=context)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def critic_markup(rows: list[Row]) -> str:
    """The texts as one, what was removed in {-- --} and what was added in {++ ++} (CriticMarkup)."""
    parts = []
    for row in rows:
        for part in row.inline:
            match part.kind:
                case "removed":
                    parts.append(f"{{--{part.text}--}}")
                case "added":
                    parts.append(f"{{++{part.text}++}}")
                case _:
                    parts.append(part.text)
    return "".join(parts)
