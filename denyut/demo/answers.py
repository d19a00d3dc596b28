"""What supervisors answered to a report, and what its reporter did then: dated steps.

Invariant: the steps of a report follow each other in time, and each is one that the service would
have allowed: nobody decides what was withdrawn, and only a returned report is revised.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final, Literal

from denyut.demo.calendars import Layouts
from denyut.demo.habits import Report
from denyut.demo.people import Person

Kind = Literal["report", "withdraw", "approve", "return", "revise", "feedback", "acknowledge"]

LAGS_H: Final = (1.0, 3.0, 8.0, 30.0)  # how long supervisors take; each has one of these habits
REVISED_SHARE: Final = 0.8  # of the returned reports
WITHDRAWN_SHARE: Final = 0.008
SAID_SHARE: Final = 0.035  # of the approved reports get a word as well
READ_SHARE: Final = 0.6

RETURNS: Final = (
    "Jumlahnya berbeda dengan buku register. Mohon dicocokkan.",
    "Tolong sebutkan lokasinya, lalu kirim lagi.",
    "Kegiatan ini masuk target lain. Mohon dipindahkan.",
    "Catatannya belum jelas; tambahkan apa hasilnya.",
)
WITHDRAWALS: Final = ("Salah pilih target.", "Terkirim dua kali.")
SAYINGS: Final[tuple[tuple[str, str, str], ...]] = (
    ("praise", "Terima kasih, cepat dan rapi.", ""),
    ("praise", "Warga menyampaikan terima kasih. Pertahankan.", ""),
    ("suggestion", "Coba kelompokkan per kelurahan supaya sekali jalan.", "Mulai minggu depan"),
    ("question", "Ada kendala di lapangan hari ini?", ""),
    ("comment", "Sudah saya teruskan ke bidang terkait.", ""),
)
HELPING: Final[tuple[tuple[str, str, str], ...]] = (
    ("suggestion", "Mari kita bahas bersama hambatannya besok pagi.", "Bertemu pukul 08.00"),
    ("suggestion", "Minta bantuan rekan untuk berkas yang tertunda.", "Dua berkas lebih tiap hari"),
    ("praise", "Hari ini lebih baik. Teruskan pelan-pelan.", ""),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a report; `by` decided or spoke, `quantity` is a revised one."""

    at: datetime
    kind: Kind
    report: Report
    by: Person | None = None
    text: str = ""
    feedback_kind: str = ""
    next_step: str = ""
    quantity: float = 0.0


class Answers:
    """Lays out what follows each report."""

    def __init__(
        self, layouts: Layouts, window: tuple[datetime, datetime], now: datetime, random: Random
    ) -> None:
        self._layouts = layouts
        self._window = window
        self._now = now
        self._random = random
        self._lags_h: dict[Person, float] = {}

    def to(self, report: Report) -> Iterator[Step]:
        """The report itself and what followed, in order; what lies in the future is left out."""
        for step in self._steps(report):
            if step.at > self._now:
                return
            yield step

    def _steps(self, report: Report) -> Iterator[Step]:
        random, person = self._random, report.target.person
        yield Step(report.received_at, "report", report)
        closed_at = report.target.closed_at
        if closed_at is not None and report.received_at > closed_at:
            return  # it waits for the supervisor's decision
        if random.random() < WITHDRAWN_SHARE:
            at = report.received_at + timedelta(seconds=random.uniform(20, 600))
            yield Step(at, "withdraw", report, text=random.choice(WITHDRAWALS))
            return
        at = report.received_at
        if random.random() < person.returned_share:
            decided = self._decision(person, at)
            if decided is None:
                return
            at, by = decided
            yield Step(at, "return", report, by, random.choice(RETURNS))
            if random.random() > REVISED_SHARE:
                return
            again = self._at_work(person, at + timedelta(minutes=random.uniform(5, 300)))
            if again is None:
                return
            at = again
            step = report.target.task.step
            quantity = max(step, report.quantity - step * random.randrange(0, 2))
            yield Step(at, "revise", report, text=f"{report.note} (diperbaiki)", quantity=quantity)
        decided = self._decision(person, at)
        if decided is None:
            return
        at, by = decided
        yield Step(at, "approve", report, by)
        struggles = person.returned_share > 0.1
        if random.random() > (0.3 if struggles else SAID_SHARE):
            return
        kind, text, next_step = random.choice(HELPING if struggles else SAYINGS)
        at += timedelta(seconds=random.uniform(8, 90))
        yield Step(at, "feedback", report, by, text, kind, next_step)
        if random.random() < READ_SHARE:
            read_at = self._at_work(person, at + timedelta(minutes=random.uniform(3, 400)))
            if read_at is not None:
                yield Step(read_at, "acknowledge", report)

    def _decision(self, person: Person, since: datetime) -> tuple[datetime, Person] | None:
        """When and by whom what came in at `since` was decided."""
        by = person.decider(since)
        if by is None:
            return None
        if by not in self._lags_h:
            self._lags_h[by] = self._random.choice(LAGS_H)
        lag_h = self._random.expovariate(1 / self._lags_h[by])
        at = self._at_work(by, since + timedelta(hours=lag_h))
        by = person.decider(at) if at is not None else None
        return (at, by) if at is not None and by is not None else None

    def _at_work(self, person: Person, at: datetime) -> datetime | None:
        """Some minutes into the next working time from `at`."""
        begins = self._layouts.of(person, *self._window).timetable.next_working_instant(at)
        if begins is None:
            return None
        spread_s = 3_000 if begins > at else 60
        return begins + timedelta(seconds=self._random.uniform(1, spread_s))
