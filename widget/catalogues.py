"""What the widget says in each language, out of the catalogues of the pages: `messages.js` names the sentences."""

import json
import re
from pathlib import Path

from corrections.saying import catalogue
from corrections.text.vocabulary import LANGUAGES

SOURCE = Path(__file__).parent / "src"
_SENTENCE = re.compile(r'^  \w+: "((?:[^"\\]|\\.)*)",$', re.MULTILINE)


def sentences() -> list[str]:
    """The English sentences of the widget."""
    return _SENTENCE.findall((SOURCE / "messages.js").read_text())


def catalogues() -> dict[str, list[str]]:
    """The translations of each language, in the order of the sentences."""
    return {
        language: [catalogue(language).gettext(sentence) for sentence in sentences()]
        for language in LANGUAGES
        if language != "en"
    }


if __name__ == "__main__":
    text = json.dumps(catalogues(), ensure_ascii=False, indent=0)
    (SOURCE / "catalogues.json").write_text(text + "\n")
