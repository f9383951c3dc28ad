"""Danish figures, labels and dates as documents print them: what they mean, and when two of them are the same.

A number is read as the macro `printed_number` reads it, so that a figure means the same here and in the warehouse.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

REMEMBERED = 2**15  # the same few thousand lines, labels and cells are read and compared again and again

MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
_MONTH = rf"(?:{'|'.join(MONTHS)}|sept|{'|'.join(month[:3] for month in MONTHS)})"
YEAR = r"20[0-9]{2}"
_BEGINS_WITH_PERIOD = re.compile(rf"\W*([a-zæøå]{{3,9}}\.?[ -]+{YEAR}|{YEAR})(?![0-9-])", re.I)
MONTH_AND_YEAR = rf"{_MONTH}\.?[ -]+{YEAR}"

# a printed number as it can stand among others in a line; a cell of its own may hold a little more
NUMBER = r"[-+]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?\*?|[0-9]+\.[0-9]{1,2}\*?"
_CELL = re.compile(rf"(?:- )?(?:{NUMBER})(?: og derunder)?", re.I)
_SOFT_HYPHEN_FOR_MINUS = re.compile("(?<![^\\W\\d_])\u00ad(?=\\s?[0-9])")  # as some PDF fonts name the hyphen
_DASH_FOR_MINUS = re.compile(r"^[–—](?= ?[0-9]|$)")
_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[^a-zæøå0-9]")
_UNIT_BEHIND = re.compile(r" ?(?:%|pct\.?|kr\.?)$", re.I)


@dataclass(frozen=True)
class Value:
    """The content of a cell: as printed, and the number it stands for (None for a blank cell and for '-')."""

    printed: str
    number: Decimal | None

    @property
    def half_unit(self) -> Decimal:
        """Half a unit of the last printed digit: what rounding may have taken."""
        exponent = self.number.as_tuple().exponent if self.number is not None else 0
        return Decimal(5).scaleb(int(exponent) - 1)


def tidy(text: str) -> str:
    """Normalise a text: composed letters, plain spaces and signs, no soft hyphens."""
    text = unicodedata.normalize("NFC", text)
    text = _SOFT_HYPHEN_FOR_MINUS.sub("-", text)
    text = text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2212", "-").replace("\u00ad", "")
    return text.replace("\u200b", "").replace("\ufeff", "")


@lru_cache(maxsize=REMEMBERED)
def read_value(text: str) -> Value | None:
    """Read a cell; None where it holds anything but a single number, a dash or nothing."""
    text = " ".join(text.split())
    text = _DASH_FOR_MINUS.sub("-", text)
    if text in ("", "-"):
        return Value(text, None)
    text = _UNIT_BEHIND.sub("", text)
    if not _CELL.fullmatch(text):
        return None
    return Value(text, number_of(text))


def number_of(printed: str) -> Decimal:
    """Give the number that a printed figure stands for: '- 1.350' is -1350, '0.0' is 0.0 and '-200*' is -200."""
    bare = re.sub(r"[ *+]|og derunder", "", printed.lower())
    if "," in bare:
        return Decimal(bare.replace(".", "").replace(",", "."))
    whole, point, decimals = bare.rpartition(".")
    if point and "." not in whole and len(decimals) != 3:
        return Decimal(bare)
    return Decimal(bare.replace(".", ""))


def danish_number(number: Decimal) -> str:
    """Write a number with a decimal comma and no superfluous zeros: 17.90 is '17,9'."""
    return f"{number.normalize():f}".replace(".", ",")


@lru_cache(maxsize=REMEMBERED)
def key(label: str) -> str:
    """Give the letters and digits of a label: what stays when cells are broken over lines and quotes change."""
    return _NEITHER_LETTER_NOR_DIGIT.sub("", label.casefold())


@lru_cache(maxsize=REMEMBERED)
def likeness(one: str, other: str) -> float:
    """Say how alike two labels are: 1 where all letters agree, 0.9 where a word has a wrong one, else 0.

    Labels that differ in a number or in a whole word are not alike: ekskl. is not inkl.
    """
    a, b = key(one), key(other)
    if a == b:
        return 1.0
    if re.findall("[0-9]+", a) != re.findall("[0-9]+", b):
        return 0.0
    words, others = ([key(word) for word in re.split(r"[\s/-]+", label) if key(word)] for label in (one, other))
    if len(words) == len(others):
        return 0.9 if all(_same_word(*pair) for pair in zip(words, others, strict=True)) else 0.0
    return 0.9 if _one_letter_apart(a, b) else 0.0


def _same_word(one: str, other: str) -> bool:
    """Whether two words are the same but for a wrong letter or another ending (indsats, indsatser)."""
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(shorter) and len(shorter) >= 4 and len(longer) - len(shorter) <= 2:
        return True
    return one == other or (len(shorter) >= 4 and _one_letter_apart(one, other))


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether changing, adding or removing one letter turns one text into the other."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    rest = shorter[start + (len(shorter) == len(longer)) :]
    return longer[start + 1 :] == rest


def same_label(label: str, known: list[str]) -> str | None:
    """Find the known label that a printed one matches, exactly or nearly; None where none does, or several do."""
    ranked = sorted(((likeness(label, candidate), candidate) for candidate in known), reverse=True)
    if not ranked or not ranked[0][0]:
        return None
    if ranked[0][0] < 1 and len(ranked) > 1 and ranked[1][0]:
        return None
    return ranked[0][1]


def period_of(label: str) -> date | None:
    """Read 'Maj 2026' or '2026' as its first day; None for anything else."""
    text = " ".join(label.replace("*", "").split()).lower()
    if re.fullmatch(YEAR, text):
        return date(int(text), 1, 1)
    named = re.fullmatch(rf"({_MONTH})\.?[ -]+({YEAR})", text)
    return date(int(named[2]), month_number(named[1]), 1) if named else None


def period_label(label: str) -> str:
    """Write a printed period as the seeds do: 'Maj 2026'."""
    period = period_of(label)
    if period is None or re.fullmatch(YEAR, label.strip("* ")):
        return label.strip("* ")
    return f"{MONTHS[period.month - 1].capitalize()} {period.year}"


def month_number(name: str) -> int:
    """Give the number of a Danish month by its name or first three letters."""
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name.lower()))


def dates_of_record(text: str) -> list[date]:
    """Find the dates that figures are as of: 'pr. 31. marts 2026', and not the date of a meeting."""
    return [found[0] for part in re.split(r"\bpr\.? ", text, flags=re.I)[1:] if (found := dates_in(part[:25]))]


def dates_in(text: str) -> list[date]:
    """Find the dates in a text, in order: '31. marts 2026', '31.03 2026', '31.3.2026' and '09-06-2026'."""
    found = []
    for match in re.finditer(
        rf"\b([0-9]{{1,2}})\.? ?(?:({'|'.join(MONTHS)})|[.-]? ?([0-9]{{1,2}})[.-]?) ?({YEAR})\b", text, re.I
    ):
        month = month_number(match[2]) if match[2] else int(match[3])
        try:
            found.append(date(int(match[4]), month, int(match[1])))
        except ValueError:
            continue
    return found


def without_years(label: str) -> str:
    """Remove the years from a label: the same line of two years' statements then reads the same."""
    return re.sub(rf"\b{YEAR}\b", "", label)


def kind_of_period(text: str) -> str | None:
    """Say whether a text begins with a `month` or a `year`; None for anything else."""
    first = _BEGINS_WITH_PERIOD.match(text)
    if first is None or period_of(first[1]) is None:
        return None
    return "year" if re.fullmatch(YEAR, first[1]) else "month"


def is_figure(text: str) -> bool:
    """Whether a text is one printed number that is not a year."""
    value = read_value(text)
    return value is not None and value.number is not None and not re.fullmatch(YEAR, text)


def joined(*texts: str) -> str:
    """Join texts by a space, leaving out the empty ones."""
    return " ".join(filter(None, texts))
