"""Request bodies as clients send them, for the OpenAPI document. Every field of the API is in one of them."""

from pydantic import JsonValue

ARTICLE: list[JsonValue] = [
    {
        "text": "# The talks\n\nMinisters met on Tuesday.\n",
        "format": "markdown",
        "title": "The talks",
        "standfirst": "Ministers met for the first time in a year.",
        "url": "https://example.org/2026/the-talks",
        "language": "en",
        "published": "2026-11-24",
        "authors": ["A. Reporter"],
        "clashes": "theirs",
    }
]
CORRECTION: list[JsonValue] = [
    {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "motivation": "editing",
        "target": {
            "source": "https://example.org/2026/the-talks",
            "selector": [
                {"type": "TextQuoteSelector", "exact": "Tusday", "prefix": "met on ", "suffix": " in the"},
                {"type": "TextPositionSelector", "start": 27, "end": 33},
            ],
        },
        "body": {"type": "TextualBody", "purpose": "editing", "format": "text/plain", "value": "Tuesday"},
        "revision": "0123456789abcdef0123456789abcdef01234567",
        "category": "typo",
        "comment": "It was a Tuesday.",
        "evidence": "https://example.org/calendar",
        "contact": {"name": "Ada", "email": "ada@example.org", "credit": True},
        "concerned": False,
        "proof": "none",
    },
    {
        "target": {
            "article": "2026/11/24/the-talks",
            "selector": {"type": "TextQuoteSelector", "exact": "two points", "prefix": "on ", "suffix": "."},
        },
        "comment": "They agreed on three points.",
        "contact": "ada@example.org",
    },
    {
        "article": "2026/11/24/the-talks",
        "target": {"selector": {"type": "TextQuoteSelector", "exact": "really "}},
        "body": {"value": ""},
    },
]
DECISION: list[JsonValue] = [
    {
        "decision": "accept",
        "based_on": "0123456789abcdef0123456789abcdef01234567",
        "text": "on **Tuesday**",
        "markdown": True,
        "notice": {
            "kind": "correction",
            "text": "An earlier version of this article gave the day wrongly.",
            "place": "foot",
        },
    },
    {
        "decision": "reject",
        "based_on": "0123456789abcdef0123456789abcdef01234567",
        "reason": "Our records say Monday.",
        "code": "",
    },
    {
        "decision": "use",
        "based_on": "0123456789abcdef0123456789abcdef01234567",
        "revision": "0123456789abcdef0123456789abcdef01234567",
    },
    {"decision": "duplicate", "based_on": "0123456789abcdef0123456789abcdef01234567", "of": 12},
]
COMPARISON: list[JsonValue] = [
    {
        "old": "Ministers met on Monday.\n",
        "new": "Ministers met on Tuesday.\n",
        "text_format": "markdown",
        "format": "unified",
        "language": "en",
        "old_name": "first edition",
        "new_name": "second edition",
    }
]
