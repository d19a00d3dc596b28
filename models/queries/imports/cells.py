"""What a single cell means: a NIP, a day, a word of a fixed set. Pure; raises `BadCell`."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.queries.imports.table import Row, RowError
from models.rules.nip import parse_nip
from models.rules.refusals import InvalidNip

_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")
_CODE = re.compile(r"\S{1,64}")
_PLAIN_NUMBER = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)
_GROUPED_NUMBER = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?", re.ASCII)
_AMBIGUOUS_NUMBER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
MOST_QUANTITY = 1_000_000  # of a goal, as everywhere on the wire


class BadCell(Exception):
    """A cell that cannot be read; becomes a `RowError` at its place."""

    def __init__(self, column: str, code: str, **facts: str) -> None:
        super().__init__(code)
        self.column = column
        self.code = code
        self.facts = facts

    def at(self, line: int) -> RowError:
        """The error with its line."""
        return RowError(line, self.column, self.code, self.facts)


def nip_in(row: Row, column: str = "nip") -> str:
    """18 digits. A number that a spreadsheet has rounded has lost its last digits for good."""
    text = row[column]
    if _SCIENTIFIC.fullmatch(text):
        raise BadCell(column, "nip_rounded")
    try:
        return parse_nip(text).digits
    except InvalidNip:
        raise BadCell(column, "invalid_nip") from None


def code_in(row: Row, column: str) -> str:
    """A code without blanks, at most 64 characters."""
    if not _CODE.fullmatch(row[column]):
        raise BadCell(column, "invalid_code", value=row[column][:64])
    return row[column]


def day_in(row: Row, column: str) -> date | None:
    """`2026-11-30`, `30/11/2026`, `30-11-2026` or `30.11.2026`; None for an empty cell."""
    text = row[column]
    if not text:
        return None
    written, day_first = _YEAR_FIRST.fullmatch(text), _DAY_FIRST.fullmatch(text)
    try:
        if written:
            return date(int(written[1]), int(written[2]), int(written[3]))
        if day_first:
            return date(int(day_first[3]), int(day_first[2]), int(day_first[1]))
    except ValueError:
        pass
    raise BadCell(column, "invalid_date", value=text[:64])


def number_in(row: Row, column: str) -> float | None:
    """`300`, `0,5`, `0.5`, `85%` (which is 85), `1.234,5` or `1,234.5`; None for an empty cell.

    `1.234` is refused: to one spreadsheet it is a thousand, to another a little more than one.
    """
    text = row[column].replace(" ", "").removesuffix("%")
    if not text:
        return None
    if _AMBIGUOUS_NUMBER.fullmatch(text):
        raise BadCell(column, "ambiguous_number", value=row[column][:64])
    grouped = _GROUPED_NUMBER.fullmatch(text)
    if grouped:
        text = text.replace(grouped[1], "")
    if not _PLAIN_NUMBER.fullmatch(text):
        raise BadCell(column, "invalid_number", value=row[column][:64])
    number = float(text.replace(",", "."))
    if number > MOST_QUANTITY:
        raise BadCell(column, "number_too_large", limit=str(MOST_QUANTITY))
    return number


def word_in(row: Row, column: str, words: Mapping[str, str], otherwise: str) -> str:
    """What a word of a fixed set means, whatever its case; `otherwise` for an empty cell."""
    text = row[column].lower()
    if not text:
        return otherwise
    if text not in words:
        raise BadCell(column, "unknown_word", value=text[:64], known=", ".join(sorted(words)))
    return words[text]


def begins(day: date, zone: str) -> datetime:
    """The local midnight with which a day begins, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def ends(day: date, zone: str) -> datetime:
    """The local midnight with which a day ends, in UTC: a last day is included."""
    return begins(day + timedelta(days=1), zone)
