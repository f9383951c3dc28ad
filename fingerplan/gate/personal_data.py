"""Keep persons out: find CPR numbers, refuse case ids that look raw, and make pseudonyms with a keyed hash."""

import hashlib
import hmac
import os
import re
import stat
from pathlib import Path

from fingerplan.errors import REJECTED, Refused

KEY_VARIABLE = "FINGERPLAN_PSEUDONYM_KEY"
KEY_FILE_VARIABLE = "FINGERPLAN_PSEUDONYM_KEY_FILE"
SHORTEST_KEY = 32  # characters
FEWEST_LETTERS = 4  # a hash of 32 characters has fewer once in ten thousand
SAMPLE_ID = re.compile(r"sample-[a-p]{12}[0-9]{4,6}")
OUR_PSEUDONYM = re.compile(r"case-[a-p]{32}")

# Day, month, year and four digits, with or without marks between them. The check digit says nothing: numbers without a
# valid one have been given since 2007. Days above 60 are those of replacement numbers.
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
    """Whether a text holds something that has the form of a CPR number, by its date; no check digit is asked for.

    A number is looked at without its marks, and one of nine digits with the zero in front that a spreadsheet takes
    away. A hash in hexadecimal is not looked into: one in four hundred holds ten such digits by chance.
    """
    if _is_hash(text.strip()):
        return False
    candidates = [text]
    digits = _digits_before_decimals(text)
    if digits is not None:
        candidates.append("0" + digits if len(digits) == 9 else digits)
    return any(_is_date(match) for candidate in candidates for match in _CPR.finditer(candidate))


def _is_hash(text: str) -> bool:
    """Whether a text is a number in hexadecimal, and not one of digits only, which could be anybody's."""
    return bool(_HEXADECIMAL.fullmatch(text)) and len(re.findall("[a-f]", text.lower())) >= FEWEST_LETTERS


def _digits_before_decimals(text: str) -> str | None:
    """Give the digits of a number without its marks and decimals; None for anything else."""
    number = _GROUPED_NUMBER.fullmatch(text.strip().lstrip("-"))
    return re.sub(r"\D", "", number[1]) if number else None


def _is_date(match: re.Match[str]) -> bool:
    day = int(match["day"])
    day -= 60 if day > 60 else 0
    return 1 <= day <= _LONGEST_MONTHS.get(match["month"], 31)


def masked(value: object) -> str:
    """Write a value for a message: figures as they are, and of what could be a person's only the length.

    A figure of nine digits or more is none of an extract, and could be a number of a person or a case.
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
    """Say why an id cannot be a pseudonym, or None where it has the form of a hash."""
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
    return "has not the form of a keyed hash (32 hexadecimal digits or a UUID)"


def read_key() -> bytes | None:
    """Read the key of the pseudonyms from the environment, or from a file that only its owner may read.

    Returns:
        The key, or None where neither FINGERPLAN_PSEUDONYM_KEY nor FINGERPLAN_PSEUDONYM_KEY_FILE is set.

    Raises:
        Refused: exit code 3, where the key is short or others may read its file.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    named = os.environ.get(KEY_FILE_VARIABLE)
    if not key and named:
        path = Path(named)
        try:
            mode = path.stat().st_mode
            key = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise Refused(REJECTED, [f"{path}: the key of the pseudonyms cannot be read ({reason})"]) from None
        if stat.S_IMODE(mode) & 0o077:
            raise Refused(REJECTED, [f"{path}: others than its owner may use the key; run chmod 600 on it"])
        if not key:
            raise Refused(REJECTED, [f"{path}: is empty; write the key of the pseudonyms into it"])
    if not key:
        return None
    if len(key) < SHORTEST_KEY:
        raise Refused(REJECTED, [f"the key of the pseudonyms has under {SHORTEST_KEY} characters; make a longer one"])
    return key.encode()


def key_id(key: bytes) -> str:
    """Name a key without giving it away, so that a changed key is noticed."""
    return hmac.new(key, b"fingerplan key id", hashlib.sha256).hexdigest()[:12]


def pseudonym(key: bytes, municipality_code: str, case_id: str) -> str:
    """Make the pseudonym of a case: the same each month, and without the key nobody finds the case from it."""
    if SAMPLE_ID.fullmatch(case_id) or OUR_PSEUDONYM.fullmatch(case_id):
        return case_id
    digest = hmac.new(key, f"{municipality_code}\x1f{case_id}".encode(), hashlib.sha256).hexdigest()
    return f"case-{in_letters(digest[:32])}"


def in_letters(hexadecimal: str) -> str:
    """Write a hexadecimal number with the letters a to p: ten digits in a row would pass for a CPR number."""
    return hexadecimal.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))
