"""A file's bytes as text: UTF-8, or refused with the place of the first wrong byte and what it may be instead."""

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from corrections.article_files.discovery import irregular
from corrections.services.errors import Invalid

FILE_LIMIT = 16 * 1024 * 1024  # bytes of a file; a page may have more than the article in it
_SAMPLE = 64 * 1024  # bytes that an encoding is guessed from
_FEW = 0.1  # share of bytes beyond ASCII in text that is mostly Latin
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_LIKELY = [
    *("cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "koi8_u", "mac_roman"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
]
_NAMES = {"koi8_r": "KOI8-R", "koi8_u": "KOI8-U", "mac_roman": "macintosh"}


def read_bytes(path: Path) -> bytes:
    """What a file holds. Raises `Invalid` where it is no regular file, too large, or cannot be read."""
    if trouble := irregular(path):
        raise Invalid({"file": f"{trouble[0].upper()}{trouble[1:]}."})
    try:
        size = path.stat().st_size
        if size > FILE_LIMIT:
            raise Invalid({"file": f"It has {size:,} bytes; the limit is {FILE_LIMIT:,}."})
        return path.read_bytes()
    except OSError as error:
        raise Invalid({"file": f"It cannot be read: {error.strerror or error}."}) from error


def read_text(path: Path) -> str:
    """The text of a file just as it is there. Raises `Invalid`."""
    data = read_bytes(path)
    if mark := _mark(data):
        raise Invalid({"file": f"It is {mark}, not UTF-8: it starts with the BOM. {_advice(mark)}"})  # fmt: skip
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        guess = likely_encoding(data)
        hint = f" It seems to be {guess}. {_advice(guess)}" if guess else " Save it as UTF-8 and import it again."
        raise Invalid({"file": f"It is not UTF-8 (byte {error.start}, in line {line}).{hint}"}) from error
    if "\0" in text and (guess := likely_encoding(data)).startswith("UTF-16"):
        raise Invalid({"file": f"It is not UTF-8 (byte {data.index(0)} is NUL). It seems to be {guess}. "
                               f"{_advice(guess)}"})  # fmt: skip
    return text


def likely_encoding(data: bytes) -> str:
    """What the encoding of text that is not UTF-8 seems to be, as iconv calls it; empty where nothing is likely."""
    if mark := _mark(data):
        return mark
    sample = data[:_SAMPLE]
    for half, name in ((1, "UTF-16LE"), (0, "UTF-16BE")):
        if len(sample) > 1 and sample[half::2].count(0) > len(sample[half::2]) * 0.6:
            return name
    if b"\0" in sample:
        return ""  # no text at all
    beyond = sum(byte > 0x7F for byte in sample)
    if beyond <= len(sample) * _FEW or beyond < 4:
        return "windows-1252"
    best = from_bytes(sample, cp_isolation=_LIKELY).best()
    return "" if best is None else _NAMES.get(best.encoding, best.encoding.replace("cp125", "windows-125"))


def _mark(data: bytes) -> str:
    return next((name for mark, name in _MARKS if data.startswith(mark)), "")


def _advice(encoding: str) -> str:
    return f"Save it as UTF-8 (iconv -f {encoding} -t UTF-8) and import it again."
