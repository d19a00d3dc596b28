"""What the terminal says, in Indonesian and English, and how it writes numbers and times.

Invariant: whatever people wrote is shown as text and never as an instruction to the terminal.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

Language = Literal["id", "en"]

_WORDS: Final[Mapping[str, Mapping[Language, str]]] = {
    "feed": {"id": "Umpan langsung", "en": "Live feed"},
    "board": {"id": "Papan", "en": "Board"},
    "connected": {"id": "● tersambung", "en": "● connected"},
    "connecting": {"id": "◌ menyambung", "en": "◌ connecting"},
    "lost": {
        "id": "○ terputus, mencoba lagi dalam {seconds} detik",
        "en": "○ disconnected, trying again in {seconds} s",
    },
    "nothing": {"id": "Belum ada laporan di sini.", "en": "No reports here yet."},
    "of": {"id": "{done} dari {goal} {unit}", "en": "{done} of {goal} {unit}"},
    "measured": {
        "id": "rata-rata {value} {unit}, target {goal}",
        "en": "mean {value} {unit}, goal {goal}",
    },
    "more": {"id": "butuh {needed} lagi", "en": "{needed} more to keep pace"},
    "late": {"id": "kejadian {then}, tiba {at}", "en": "happened {then}, arrived {at}"},
    "received": {"id": "✓ Diterima, no. {receipt}", "en": "✓ Received, no. {receipt}"},
    "revised": {"id": "✎ Diperbaiki, no. {receipt}", "en": "✎ Revised, no. {receipt}"},
    "approved": {"id": "✔ Disetujui {actor}", "en": "✔ Approved by {actor}"},
    "returned": {"id": "↩ Dikembalikan {actor}: {reason}", "en": "↩ Returned by {actor}: {reason}"},
    "withdrawn": {"id": "✕ Ditarik pelapor", "en": "✕ Withdrawn"},
    "praise": {"id": "♥ {actor}: {text}", "en": "♥ {actor}: {text}"},
    "word": {"id": "» {actor}: {text}", "en": "» {actor}: {text}"},
    "read": {"id": " (sudah dibaca)", "en": " (read)"},
    "slip": {
        "id": "▼ {name} butuh bantuan: {indicator} tertinggal dari laju",
        "en": "▼ {name} needs help: {indicator} has fallen behind",
    },
    "recovery": {
        "id": "▲ {name} kembali sesuai laju: {indicator}",
        "en": "▲ {name} is back on pace: {indicator}",
    },
    "target_made": {
        "id": "◇ Target baru {name}: {indicator}",
        "en": "◇ New target, {name}: {indicator}",
    },
    "target_changed": {
        "id": "◇ Target {name} diubah: {indicator}",
        "en": "◇ Target changed, {name}: {indicator}",
    },
    "notice": {"id": "• Untuk Anda: {text}", "en": "• For you: {text}"},
    "other": {"id": "• Kabar lain ({kind})", "en": "• Something else ({kind})"},
    "on_track": {"id": "● sesuai laju", "en": "● on pace"},
    "few": {
        "id": "◌ baru {done} dari {least} pengukuran",
        "en": "◌ {done} of {least} measurements so far",
    },
    "surveyed": {"id": "◌ dinilai dari survei", "en": "◌ judged by the survey"},
    "at_risk": {"id": "◐ hampir tertinggal", "en": "◐ nearly behind"},
    "slipped": {"id": "▼ tertinggal", "en": "▼ behind"},
    "achieved": {"id": "✔ tercapai", "en": "✔ achieved"},
    "lapsed": {"id": "◌ periode berakhir", "en": "◌ period over"},
    "totals": {
        "id": "{people} orang · {slipped} target tertinggal · {at_risk} hampir · "
        "{waiting} menunggu jawaban",
        "en": "{people} people · {slipped} targets behind · {at_risk} nearly · "
        "{waiting} wait for an answer",
    },
    "no_contact": {"id": "belum ada kabar", "en": "no contact yet"},
    "contact": {"id": "kabar {at}", "en": "heard {at}"},
    "rollup": {
        "id": "{reports} laporan hari ini · {approvals} disetujui · {slips} tertinggal",
        "en": "{reports} reports today · {approvals} approved · {slips} behind",
    },
    "own": {"id": "Unit ini sendiri", "en": "This unit itself"},
    "forgotten": {
        "id": "Anda tidak lagi melihat bagian ini.",
        "en": "You no longer see this part.",
    },
}
HIDDEN: Final = frozenset({"Cc", "Cf", "Cn", "Cs", "Co", "Zl", "Zp"})
"""Controls, direction marks, line ends, and what has no letter at all."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language, and the zone of the unit whose day it is."""

    language: Language = "id"
    zone: str = "Asia/Jakarta"

    def say(self, key: str, **facts: object) -> str:
        """The words for something. Raises KeyError for a word that is not there."""
        return _WORDS[key][self.language].format(**facts)

    def number(self, value: float, digits: int = 1) -> str:
        """A number as people write it: 1.234,5 or 1,234.5; no zeros behind."""
        text = f"{value:,.{digits}f}"
        if digits:
            text = text.rstrip("0").rstrip(".")
        text = "0" if text in ("-0", "") else text
        if self.language == "id":
            text = text.translate(str.maketrans(",.", ".,"))
        return text

    def time(self, at: datetime, now: datetime | None = None) -> str:
        """The clock of the unit; of another day with its date."""
        there = at.astimezone(ZoneInfo(self.zone))
        today = (now or datetime.now(UTC)).astimezone(ZoneInfo(self.zone)).date()
        clock = f"{there:%H.%M}" if self.language == "id" else f"{there:%H:%M}"
        return clock if there.date() == today else f"{there:%d/%m} {clock}"


def known_words() -> frozenset[str]:
    """Every key that `say` takes."""
    return frozenset(_WORDS)


def plain(text: str, limit: int = 400) -> str:
    """What people wrote, on one line, without anything that a terminal would obey."""
    cleaned = "".join(
        " " if letter in "\n\t" else "" if unicodedata.category(letter) in HIDDEN else letter
        for letter in text[: limit + 1]
    )
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"
