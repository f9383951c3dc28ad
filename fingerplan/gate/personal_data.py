"""Keep personal data out: find CPR numbers, mask values, and compute pseudonyms with a keyed hash."""

import hashlib
import hmac
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path

from fingerplan.errors import REJECTED, Refused

KEY_VARIABLE = "FINGERPLAN_PSEUDONYM_KEY"
KEY_FILE_VARIABLE = "FINGERPLAN_PSEUDONYM_KEY_FILE"
SHORTEST_KEY = 32  # characters
FEWEST_LETTERS = 4  # one hash of 32 characters in ten thousand has fewer
SAMPLE_ID = re.compile(r"sample-[a-p]{12}[0-9]{4,6}")
MASKED = "(masked)"
CPR_MASKED = "(masked: has the form of a CPR number)"
MUST_NOT_BE_DELIVERED = "must not be delivered; remove it at the source and delete this file"
LONGEST_SHOWN = 60  # characters
MOST_DIGITS = 8  # no extract has a figure of more; one could be the number of a person or a case
_withheld: dict[str, str] = {}

# Day, month, year and four digits, with or without separators. The check digit proves nothing: since 2007, numbers
# without a valid one are issued. Days above 60 belong to replacement numbers.
_BETWEEN = r"[\s./_\u2010-\u2015\u2212-]{0,3}"
_CPR = re.compile(
    rf"(?<![0-9])(?P<day>[0-2][0-9]|3[01]|6[1-9]|[78][0-9]|9[01]){_BETWEEN}(?P<month>0[1-9]|1[0-2]){_BETWEEN}"
    rf"(?:19|20)?[0-9]{{2}}{_BETWEEN}[0-9]{{4}}(?![0-9])"
)
_NINE_DIGITS = re.compile(r"(?<![0-9])[0-9]{9}(?![0-9])")
_GROUPED_NUMBER = re.compile(r"([0-9][0-9.,\s]*?)(?:[.,][0-9]{1,2})?")
_HEXADECIMAL = re.compile(r"[0-9a-f]{32,128}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_LONGEST_MONTHS = {"02": 29, "04": 30, "06": 30, "09": 30, "11": 30}
_WORD = re.compile(r"[^\W\d_]+")
# what may stand in the name of a file beside a person's number and is not the person's name
_FILE_WORDS = {
    *("csv", "html", "parquet", "report", "txt", "xlsx", "xml"),
    *("cases", "cpr", "grants", "kpis", "levering", "nøgletal", "posteringer", "postings", "sag", "sager", "udtræk"),
}


def holds_cpr_number(text: str) -> bool:
    """Whether a text contains something in the form of a CPR number, judged by its date and not by its check digit.

    A number is examined without its separators, and one of nine digits with the leading zero that spreadsheets drop.
    A hexadecimal hash is not examined: one in four hundred contains ten such digits by chance.
    """
    text = _plain(text)
    if _is_hash(text.strip()):
        return False
    candidates = [text]
    digits = _digits_before_decimals(text)
    if digits is not None:
        candidates.append("0" + digits if len(digits) == 9 else digits)
    return any(_is_date(match) for candidate in candidates for match in _CPR.finditer(candidate))


def mask_cpr_numbers(text: str) -> str:
    """Mask every part of a text that could be a CPR number, also one that has lost its leading zero."""
    text = _CPR.sub(lambda match: MASKED if _is_date(match) else match[0], _plain(text))
    return _NINE_DIGITS.sub(lambda match: MASKED if holds_cpr_number("0" + match[0]) else match[0], text)


def _plain(text: str) -> str:
    """Write digits of any script in ASCII, and drop characters that are not seen."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")


def _is_hash(text: str) -> bool:
    """Whether a text is a hexadecimal number with letters; one of digits only could be anything."""
    return bool(_HEXADECIMAL.fullmatch(text)) and len(re.findall("[a-f]", text.lower())) >= FEWEST_LETTERS


def _digits_before_decimals(text: str) -> str | None:
    """Return the digits of a number without separators and decimals; None for anything else."""
    number = _GROUPED_NUMBER.fullmatch(text.strip().lstrip("-"))
    return re.sub(r"\D", "", number[1]) if number else None


def _is_date(match: re.Match[str]) -> bool:
    day = int(match["day"])
    day -= 60 if day > 60 else 0
    return 1 <= day <= _LONGEST_MONTHS.get(match["month"], 31)


def shown(text: str, words: frozenset[str] | None) -> str:
    """Show a delivered value in a message, or only its length where it could tell of a person.

    Every value that a message, a report or the history quotes passes here.

    Args:
        text: the value.
        words: the words, in lower case, that a value of its column may hold and that are no names; None masks any
            value, as of ids, free text and headings.
    """
    if holds_cpr_number(text) or holds_cpr_number(re.sub(r"\D", "", text)):  # also with the last two as decimals
        return CPR_MASKED
    digits = _digits_before_decimals(text)
    if digits is None:
        digits = re.sub(r"\D", "", text)
    is_harmless = words is not None and all(_is_known(word, words) for word in _WORD.findall(text.lower()))
    if is_harmless and len(digits) <= MOST_DIGITS and len(text) <= LONGEST_SHOWN:
        return repr(text)
    return f"(masked text of {len(text)} characters)"


def words_of(codes: Iterable[str]) -> frozenset[str]:
    """List the words of some codes, in lower case."""
    return frozenset(word for code in codes for word in _WORD.findall(code.lower()))


def _is_known(word: str, words: frozenset[str]) -> bool:
    """Whether a word is one of these; a long one may have a wrong letter, as no name is that near."""
    return word in words or any(
        min(len(word), len(known)) >= 6 and _wrong_letters(word, known) <= 1 for known in words
    )


def _wrong_letters(word: str, known: str) -> int:
    compared = SequenceMatcher(None, word, known, autojunk=False).get_opcodes()
    return sum(max(to - at, known_to - known_at) for tag, at, to, known_at, known_to in compared if tag != "equal")


def shown_name(name: str) -> str:
    """Show the name of a file; a CPR number in it is masked, and with it every word that could be the person's name."""
    masked = mask_cpr_numbers(name)
    if masked == _plain(name):
        return name
    parts = masked.split(MASKED)
    kept = [_WORD.sub(lambda word: word[0] if word[0].lower() in _FILE_WORDS else MASKED, part) for part in parts]
    return re.sub(rf"(?:{re.escape(MASKED)}[\s_.-]*)+(?={re.escape(MASKED)})", "", MASKED.join(kept))


@contextmanager
def key_withheld() -> Iterator[None]:
    """Keep the key and the name of its file out of the environment, which child processes inherit; `read_key` has them.

    Libraries start processes too: dbt asks `uname` for the processor, and its locks start Python's resource tracker.
    """
    _withheld.update({name: os.environ.pop(name) for name in (KEY_VARIABLE, KEY_FILE_VARIABLE) if name in os.environ})
    try:
        yield
    finally:
        os.environ.update(_withheld)
        _withheld.clear()


def read_key() -> bytes | None:
    """Read the pseudonym key from the environment, or from a file that only its owner may read.

    Returns:
        The key, or None where neither FINGERPLAN_PSEUDONYM_KEY nor FINGERPLAN_PSEUDONYM_KEY_FILE is set.

    Raises:
        Refused: exit code 3, where the key is too short, or its file is unreadable or readable by others.
    """
    given = {**os.environ, **_withheld}
    key = given.get(KEY_VARIABLE, "")
    named = given.get(KEY_FILE_VARIABLE)
    if not key and named:
        path = Path(named)
        try:
            mode = path.stat().st_mode
            key = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise Refused(REJECTED, [f"{path}: the pseudonym key cannot be read ({reason})"]) from None
        if stat.S_IMODE(mode) & 0o077:
            raise Refused(REJECTED, [f"{path}: accounts other than its owner may read the key; run chmod 600 on it"])
        if not key:
            raise Refused(REJECTED, [f"{path}: is empty; write the pseudonym key into it"])
    if not key:
        return None
    if len(key) < SHORTEST_KEY:
        raise Refused(REJECTED, [f"the pseudonym key has under {SHORTEST_KEY} characters; make a longer one"])
    return key.encode()


def key_id(key: bytes) -> str:
    """Identify a key without revealing it, so that a changed key is noticed."""
    return hmac.new(key, b"fingerplan key id", hashlib.sha256).hexdigest()[:12]


def pseudonym(key: bytes, municipality_code: str, case_id: str) -> str:
    """Compute the pseudonym of a case: the same every month, and not to be traced back without the key.

    A hash that the source made is hashed again: without a key, every possible number can be tried against it.
    """
    digest = hmac.new(key, f"{municipality_code}\x1f{case_id}".encode(), hashlib.sha256).hexdigest()
    return f"case-{in_letters(digest[:32])}"


def in_letters(hexadecimal: str) -> str:
    """Write a hexadecimal number in the letters a to p: ten digits in a row would pass for a CPR number."""
    return hexadecimal.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))
