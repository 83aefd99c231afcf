"""What a browser is called on the list of sessions: "Firefox on Linux", from what it sends as `User-Agent`."""

import re

UNKNOWN = "Unknown browser"
_PROGRAMS = (  # the first that fits: most browsers also send the names of those they come from
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("ChromeOS", r"CrOS"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


def device_name(agent: str) -> str:
    """Browser and system in two or three words; of another program, what it calls itself."""
    program = _first(_PROGRAMS, agent)
    system = _first(_SYSTEMS, agent)
    if program and system:
        return f"{program} on {system}"
    if program or system:
        return program or f"A browser on {system}"
    return agent.partition("/")[0].strip()[:40] or UNKNOWN


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, agent)), "")
