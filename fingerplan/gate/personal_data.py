"""Keep personal data out: find CPR numbers, reject raw case ids, and compute pseudonyms with a keyed hash."""

import hashlib
import hmac
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fingerplan.errors import REJECTED, Refused

KEY_VARIABLE = "FINGERPLAN_PSEUDONYM_KEY"
KEY_FILE_VARIABLE = "FINGERPLAN_PSEUDONYM_KEY_FILE"
SHORTEST_KEY = 32  # characters
FEWEST_LETTERS = 4  # one hash of 32 characters in ten thousand has fewer
SAMPLE_ID = re.compile(r"sample-[a-p]{12}[0-9]{4,6}")
OUR_PSEUDONYM = re.compile(r"case-[a-p]{32}")
_withheld: dict[str, str] = {}

# Day, month, year and four digits, with or without separators. The check digit proves nothing: since 2007, numbers
# without a valid one are issued. Days above 60 belong to replacement numbers.
_BETWEEN = r"[\s./\u2010-\u2015\u2212-]{0,3}"
_CPR = re.compile(
    rf"(?<![0-9])(?P<day>[0-2][0-9]|3[01]|6[1-9]|[78][0-9]|9[01]){_BETWEEN}(?P<month>0[1-9]|1[0-2]){_BETWEEN}"
    rf"(?:19|20)?[0-9]{{2}}{_BETWEEN}[0-9]{{4}}(?![0-9])"
)
_HARMLESS = re.compile(r"[-+=0-9.,:/%\s]*|[-+]?[0-9.]+e[-+]?[0-9]+|[-+]?(nan|inf|null|#n/a|#ref!)", re.I)
_GROUPED_NUMBER = re.compile(r"([0-9][0-9.,\s]*?)(?:[.,][0-9]{1,2})?")
_HEXADECIMAL = re.compile(r"[0-9a-f]{32,128}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_LONGEST_MONTHS = {"02": 29, "04": 30, "06": 30, "09": 30, "11": 30}


def holds_cpr_number(text: str) -> bool:
    """Whether a text contains something in the form of a CPR number, judged by its date and not by its check digit.

    A number is examined without its separators, and one of nine digits with the leading zero that spreadsheets drop.
    A hexadecimal hash is not examined: one in four hundred contains ten such digits by chance.
    """
    if _is_hash(text.strip()):
        return False
    candidates = [text]
    digits = _digits_before_decimals(text)
    if digits is not None:
        candidates.append("0" + digits if len(digits) == 9 else digits)
    return any(_is_date(match) for candidate in candidates for match in _CPR.finditer(candidate))


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


def masked(value: object) -> str:
    """Show a value in a message: a figure as it is, but only the length of anything that could be personal.

    No extract has a figure of nine digits or more: it could be the number of a person or a case.
    """
    text = "" if value is None else str(value)
    if holds_cpr_number(text):
        return "(masked: has the form of a CPR number)"
    digits = _digits_before_decimals(text)
    if digits is None:
        digits = re.sub(r"[^0-9]", "", text)
    if len(digits) < 9 and len(text) <= 40 and _HARMLESS.fullmatch(text):
        return repr(text)
    return f"(masked text of {len(text)} characters)"


def looks_raw(case_id: str) -> str | None:
    """Return why an id cannot be a pseudonym, or None where it looks like a hash."""
    if SAMPLE_ID.fullmatch(case_id) or OUR_PSEUDONYM.fullmatch(case_id) or _is_hash(case_id):
        return None
    if re.search(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-", case_id):
        return "is a case reference"
    if re.search(r"[\s@,]", case_id):
        return "has spaces or marks that no pseudonym has"
    if re.fullmatch(r"[-./_0-9]*", case_id):
        return "is a plain number"
    if re.fullmatch(r"[^0-9]*", case_id):
        return "is a word or a name"
    return "does not look like a keyed hash (32 hexadecimal digits or a UUID)"


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
    """Compute the pseudonym of a case: the same every month, and not to be traced back without the key."""
    if SAMPLE_ID.fullmatch(case_id) or OUR_PSEUDONYM.fullmatch(case_id):
        return case_id
    digest = hmac.new(key, f"{municipality_code}\x1f{case_id}".encode(), hashlib.sha256).hexdigest()
    return f"case-{in_letters(digest[:32])}"


def in_letters(hexadecimal: str) -> str:
    """Write a hexadecimal number in the letters a to p: ten digits in a row would pass for a CPR number."""
    return hexadecimal.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))
