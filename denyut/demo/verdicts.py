"""What the public says of six services of the demo city: points, three months of verdicts, sums.

Everything follows from the city's seed by a chance of its own, so that asking for it changes
nothing else. One unit does more than was asked of it and is graded C for how: that is the story.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from denyut.demo.city import DemoCity, Table
from denyut.demo.ids import Ids
from denyut.demo.months import instant, local
from denyut.demo.organisation import Unit
from models.rules.receipts import ALPHABET
from models.rules.satisfaction import ELEMENTS, Element, Tally, is_low
from models.rules.survey_codes import LETTERS, visit_code, visit_hash

FEWEST: Final = 30  # verdicts of a service in a small city
OPEN_FROM_H, OPEN_UNTIL_H = 8.0, 14.5
COMMENT_SHARE: Final = 0.12
REPLY_SHARE: Final = 0.4  # of the low verdicts
CODES: Final = 25
GLAD: Final = (
    "Cepat dan ramah, terima kasih.",
    "Petugasnya menjelaskan dengan sabar.",
    "Antreannya rapi, kursinya cukup.",
)
SORRY: Final = (
    "Datang tiga kali untuk satu berkas.",
    "Cepat selesai, tetapi tidak ada yang menjelaskan.",
    "Nomor pengaduan di dinding tidak pernah diangkat.",
    "Petugas terburu-buru, nama di berkas salah tulis.",
)
REPLY: Final = "Terima kasih sudah menyampaikan. Sudah kami bahas dan perbaiki alurnya minggu ini."


@dataclass(frozen=True, slots=True)
class Served:
    """A service to be: of which unit, for how many, and how well each element is done (1-4).

    `sorry_today`: somebody was served badly this very day.
    """

    unit: str
    name: str
    yearly_users: int | None
    verdicts: int
    usual: float
    points: tuple[str, ...] = ("Loket 1",)
    worse: tuple[Element, ...] = ()
    sorry_today: bool = False


SERVICES: Final = (
    Served(
        "Bidang Pendaftaran Penduduk",
        "Penerbitan KTP-el",
        9_000,
        700,
        3.45,
        ("1", "2"),
        sorry_today=True,
    ),
    Served(
        "Bidang Pencatatan Sipil",
        "Akta kelahiran dan KIA",
        4_200,
        600,
        2.95,
        ("Akta",),
        (Element.BEHAVIOUR, Element.COMPLAINTS, Element.PRODUCT),
        sorry_today=True,
    ),
    Served("Pelayanan Umum", "Rawat jalan", 14_000, 500, 3.35, worse=(Element.TIME,)),
    Served("Kesehatan Ibu dan Anak", "Pemeriksaan ibu hamil", None, 250, 3.85),
    Served("Pendaftaran", "Pendaftaran pasien", 30_000, 600, 3.3, ("A", "B"), (Element.TIME,)),
    Served("Bidang Pendapatan", "Pembayaran PBB", 20_000, 350, 3.5, ("Pajak",)),
)
SATISFACTION: Final = "Kepuasan layanan (IKM)"  # the indicator, denyut/demo/jobs.py
WITH_CODES: Final = "Pendaftaran pasien"  # its second point hands out a code for each visit


@dataclass(frozen=True, slots=True)
class Point:
    """A row of service_point."""

    id: UUID
    code: str
    name: str
    asks_visit_code: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A row of verdict."""

    id: UUID
    point: Point
    at: datetime
    answers: dict[Element, int]
    comment: str
    low: bool
    replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class Service:
    """A service with everything said of it, the oldest first."""

    id: UUID
    unit: Unit
    plan: Served
    points: Sequence[Point]
    said: list[Said] = field(default_factory=list[Said])

    def days(self) -> dict[date, Tally]:
        """The sums by local day."""
        found: dict[date, Tally] = defaultdict(Tally)
        for each in self.said:
            day = local(each.at).date()
            found[day] = found[day].plus(Tally(each.answers, 1, int(each.low)))
        return found


def services_of(city: DemoCity) -> list[Service]:
    """The services of the city, the same whenever they are asked for."""
    random = Random(f"verdicts {city.options.seed}")
    ids = Ids(random, city.founded)
    found: list[Service] = []
    for plan in SERVICES:
        unit = next(unit for unit in city.units if unit.name == plan.unit)
        points = [
            Point(
                ids.early(),
                _letters(random),
                name if len(name) > 1 else f"Loket {name}",
                plan.name == WITH_CODES and place > 0,
            )
            for place, name in enumerate(plan.points)
        ]
        service = Service(ids.early(), unit, plan, points)
        service.said.extend(_said(service, city, ids, random))
        found.append(service)
    return found


def named_by(city: DemoCity) -> dict[UUID, UUID]:
    """By target: the service whose index it names, for targets about satisfaction."""
    by_unit = {service.unit.id: service.id for service in services_of(city)}
    return {
        target.id: by_unit[target.person.unit.id]
        for target in city.targets
        if target.task.indicator == SATISFACTION and target.person.unit.id in by_unit
    }


def verdict_tables(city: DemoCity) -> Iterator[Table]:
    """The rows of the public's verdict, in an order that foreign keys allow."""
    services = services_of(city)
    yield (
        "public_service",
        ("id", "unit_id", "name", "yearly_users"),
        [(each.id, each.unit.id, each.plan.name, each.plan.yearly_users) for each in services],
    )
    yield (
        "service_point",
        ("id", "service_id", "code", "name", "asks_visit_code"),
        [
            (point.id, service.id, point.code, point.name, point.asks_visit_code)
            for service in services
            for point in service.points
        ],
    )
    yield "visit_code", ("hash", "point_id", "expires_at", "used_at"), _codes(city, services)
    yield (
        "verdict",
        (
            *("id", "point_id", "service_id", "unit_id", "at", "on_day", *ELEMENTS),
            *("comment", "low", "reply", "replied_by", "replied_at"),
        ),
        [
            (
                *(said.id, said.point.id, service.id, service.unit.id, said.at),
                *(local(said.at).date(), *(said.answers[element] for element in ELEMENTS)),
                *(said.comment, said.low, REPLY if said.replied_at else ""),
                *(_head(city, service) if said.replied_at else None, said.replied_at),
            )
            for service in services
            for said in service.said
        ],
    )
    yield (
        "verdict_day",
        ("service_id", "on_day", "unit_id", "responses", "low", *ELEMENTS),
        [
            (
                *(service.id, day, service.unit.id, tally.responses, tally.low),
                *(tally.sums[element] for element in ELEMENTS),
            )
            for service in services
            for day, tally in service.days().items()
        ],
    )


def _said(service: Service, city: DemoCity, ids: Ids, random: Random) -> Iterator[Said]:
    """The verdicts in the order in which they came.

    Where people are sorry today, the last two are low, so that their supervisor has something to
    answer.
    """
    days = _open_days(city)
    count = max(FEWEST, round(service.plan.verdicts * min(1.0, city.options.scale)))
    moments = sorted(
        instant(random.choice(days), random.uniform(OPEN_FROM_H, OPEN_UNTIL_H))
        for _ in range(count)
    )
    today = [city.now - timedelta(minutes=minutes) for minutes in (150, 70, 25)]
    for at in [*(moment for moment in moments if moment < today[0]), *today]:
        worst = service.plan.sorry_today and at in today[1:]
        answers = {
            element: random.choice((1, 2)) if worst else _answer(service.plan, element, random)
            for element in ELEMENTS
        }
        low = is_low(answers)
        talks = worst or random.random() < COMMENT_SHARE
        comment = random.choice(SORRY if low else GLAD) if talks else ""
        usual = at not in today and low and random.random() < REPLY_SHARE
        answered = usual or (worst and at == today[1])
        later = at + timedelta(minutes=random.uniform(20, 40))
        yield Said(
            ids.at(at),
            random.choice(service.points),
            at,
            answers,
            comment,
            low,
            later if answered and later < city.now else None,
        )


def _answer(plan: Served, element: Element, random: Random) -> int:
    middle = plan.usual - (0.35 if element in plan.worse else 0.0)
    return min(4, max(1, round(random.gauss(middle, 0.62))))


def _open_days(city: DemoCity) -> list[date]:
    """The weekdays of the history that were no holiday, up to yesterday."""
    holidays = {row["on_date"] for row in city.calendars.holidays}
    today = local(city.now).date()
    first = city.months[0].first
    days = [first + timedelta(days=number) for number in range((today - first).days)]
    return [day for day in days if day.weekday() < 5 and day not in holidays]


def _codes(city: DemoCity, services: Sequence[Service]) -> list[tuple[Any, ...]]:
    """A sheet of codes for one visit each, a few of them used."""
    random = Random(f"codes {city.options.seed}")
    until = city.now + timedelta(days=30)
    return [
        (
            *(visit_hash(visit_code(_letters(random))), point.id, until),
            city.now - timedelta(days=number) if 0 < number < 6 else None,
        )
        for service in services
        for point in service.points
        if point.asks_visit_code
        for number in range(CODES)
    ]


def _head(city: DemoCity, service: Service) -> UUID:
    return city.staff.by_unit[service.unit.id][0].id


def _letters(random: Random) -> str:
    return "".join(random.choice(ALPHABET) for _ in range(LETTERS))
