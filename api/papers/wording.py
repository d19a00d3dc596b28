"""The words of papers in both languages, and how periods and instants are written on them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from api.papers.paper import Language
from api.papers.typesetting import FORMS

MONTHS: Final[Mapping[Language, tuple[str, ...]]] = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus"),
        *("September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December"),
    ),
}
QUARTERS: Final = ("I", "II", "III", "IV")


def words_of(language: Language) -> Mapping[str, str]:
    """Every word of the papers by its key."""
    return json.loads((FORMS / "words.json").read_text("utf-8"))[language]


def period_words(period: str, language: Language) -> str:
    """`2026-11` as November 2026, `2026-Q4` as Triwulan IV 2026, `2026` as it is."""
    year, _, rest = period.partition("-")
    if rest.startswith("Q"):
        quarter = QUARTERS[int(rest[1:]) - 1]
        return f"{'Triwulan' if language == 'id' else 'Quarter'} {quarter} {year}"
    return f"{MONTHS[language][int(rest) - 1]} {year}" if rest else year


def day_words(at: datetime, zone: str, language: Language) -> str:
    """The local day of an instant: 24 November 2026."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {MONTHS[language][local.month - 1]} {local.year}"


def moment_words(at: datetime, zone: str, language: Language) -> str:
    """The local day and minute of an instant, with the zone's own letters."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day_words(at, zone, language)} {local:%H.%M %Z}"
