"""Who of the staff is looking at a correction now, as a sentence."""


def presence_text(names: list[str]) -> str:
    """Who else is looking, as a sentence; nothing where nobody is."""
    if not names:
        return ""
    *others, last = names
    who = f"{', '.join(others)} and {last}" if others else last
    return f"{who} {'are' if others else 'is'} also looking at this."
