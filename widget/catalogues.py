"""What the widget says in each language, out of the catalogues of the pages: `messages.js` names the sentences.

Each language is a script of its own, which a page in that language loads beside the widget.
"""

import json
import re
from pathlib import Path

from corrections.i18n import load_catalog
from corrections.text.anchoring.vocabulary import LANGUAGES

SOURCE = Path(__file__).parent / "src"
STATIC = Path(__file__).parents[1] / "corrections" / "web" / "static"
_SENTENCE = re.compile(r'^  \w+: "((?:[^"\\]|\\.)*)",$', re.MULTILINE)


def sentences() -> list[str]:
    """The English sentences of the widget."""
    return _SENTENCE.findall((SOURCE / "messages.js").read_text())


def languages() -> list[str]:
    """The languages that the widget is translated to."""
    return [language for language in LANGUAGES if language != "en"]


def script(language: str) -> str:
    """The script that brings the widget's sentences in a language, in the order of `sentences`."""
    translations = [load_catalog(language).gettext(sentence) for sentence in sentences()]
    return f'document[Symbol.for("corrections:{language}")]={json.dumps(translations)};\n'


if __name__ == "__main__":
    (SOURCE / "languages.json").write_text(json.dumps(languages()) + "\n")
    for language in languages():
        (STATIC / f"widget.{language}.js").write_text(script(language))
