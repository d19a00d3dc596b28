"""What guides people in the demo city: lessons and who has read them, a training, questions.

Everything follows from the city's seed by a chance of its own, so that asking for it changes
nothing else. The struggling employee has asked for a word, and it waits for the supervisor.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final
from uuid import UUID

from denyut.demo.chronicle import Feedback
from denyut.demo.city import DemoCity, Table
from denyut.demo.ids import Ids
from denyut.demo.months import local
from denyut.demo.organisation import Unit
from denyut.demo.people import Person

READ_SHARE: Final = 0.7  # of the people of an old lesson; fewer of a new one
CAME_SHARE: Final = 0.8
INVITED: Final = 30
ANSWERED_OF: Final = 4  # of the words that were read, one in so many has an answer
ANSWERS: Final = (
    "Siap, akan saya kerjakan minggu ini.",
    "Terima kasih atas masukannya.",
    "Sudah saya perbaiki, Pak/Bu.",
)
QUESTIONS: Final = (
    "Mana yang sebaiknya saya dahulukan minggu ini?",
    "Apakah cara saya mencatat kunjungan sudah cukup jelas?",
    "Bagaimana agar laporan saya tidak dikembalikan lagi?",
)


@dataclass(frozen=True, slots=True)
class Written:
    """Something that HR publishes; `days_ago` counts back from the city's now."""

    kind: str
    title: str
    body: str
    minutes: int
    days_ago: int
    agency: str | None = None


PUBLISHED: Final = (
    Written(
        "lesson",
        "Melapor tanpa sinyal",
        "Isi laporan seperti biasa. Ponsel menyimpannya dan mengirimnya sendiri begitu ada sinyal;"
        " waktu kegiatan tetap waktu Anda mencatat.",
        3,
        40,
    ),
    Written(
        "lesson",
        "Catatan yang mudah disetujui",
        "Sebutkan tempat, hasil, dan satu bukti. Atasan tidak perlu bertanya lagi, laporan tidak"
        " perlu kembali.",
        4,
        25,
    ),
    Written(
        "announcement",
        "Evaluasi kinerja triwulan",
        "Isi penilaian diri sebelum akhir bulan. Bukti sudah tersusun dari laporan Anda.",
        0,
        6,
    ),
    Written(
        "announcement",
        "Rapat koordinasi dinas",
        "Rapat Jumat pukul 08.00 di aula. Laporan harian tetap seperti biasa.",
        0,
        1,
        agency="02",
    ),
)


def guidance_tables(city: DemoCity) -> Iterator[Table]:
    """Announcements with their readers, and trainings with their lists."""
    random = Random(f"{city.options.seed} guidance")
    ids, hr = Ids(random, city.founded), city.staff.cast.hr
    published = [
        (ids.early(), each, _unit(city, each.agency), city.now - timedelta(days=each.days_ago))
        for each in PUBLISHED
    ]
    yield (
        "announcement",
        ("id", "kind", "unit_id", "title", "body", "minutes", "made_by", "made_at"),
        [
            (each_id, each.kind, unit.id, each.title, each.body, each.minutes, hr.id, made_at)
            for each_id, each, unit, made_at in published
        ],
    )
    yield (
        "announcement_reading",
        ("announcement_id", "employee_id", "at"),
        [
            (each_id, person.id, made_at + timedelta(hours=random.uniform(0.2, 20)))
            for each_id, each, unit, made_at in published
            for person in _people(city, unit)
            if random.random() < min(READ_SHARE, each.days_ago * 0.05)
        ],
    )
    yield from _training(city, ids, random)


def answer_to(feedback: Feedback) -> tuple[str, object]:
    """The employee's answer to a word and its instant; most words that were read have none."""
    if feedback.acknowledged_at is None or feedback.id.int % ANSWERED_OF:
        return "", None
    return ANSWERS[feedback.id.int // ANSWERED_OF % len(ANSWERS)], feedback.acknowledged_at


def _training(city: DemoCity, ids: Ids, random: Random) -> Iterator[Table]:
    """One that was held three weeks ago, and one that is to come."""
    health, hr = _unit(city, "02"), city.staff.cast.hr
    morning = local(city.now).replace(hour=9, minute=0, second=0, microsecond=0)
    held, coming = ids.early(), ids.early()
    begins = {held: morning - timedelta(days=21), coming: morning + timedelta(days=9)}
    yield (
        "training",
        ("id", "unit_id", "title", "place", "starts_at", "ends_at", "made_by", "made_at"),
        [
            (each, health.id, title, "Aula Dinas Kesehatan", starts, ends, hr.id, made_at)
            for (each, starts), title in zip(
                begins.items(), ("Latihan pelaporan lapangan", "Umpan balik membangun"), strict=True
            )
            for ends in (starts + timedelta(hours=3),)
            for made_at in (min(starts, city.now) - timedelta(days=5),)
        ],
    )
    people = sorted(_people(city, health), key=lambda person: person.nip)[:INVITED]
    rows: list[tuple[UUID, UUID, str, UUID | None, object]] = []
    for person in people:
        state = "attended" if random.random() < CAME_SHARE else "absent"
        rows.append((held, person.id, state, hr.id, begins[held] + timedelta(hours=4)))
        rows.append((coming, person.id, "invited", None, None))
    yield "attendance", ("training_id", "employee_id", "state", "marked_by", "marked_at"), rows


def question_table(city: DemoCity) -> Table:
    """The struggling employee and two of the supervisor's staff ask; one withdrew it.

    By itself, since it stands between the reports that it may be about and the words that answer.
    """
    random = Random(f"{city.options.seed} questions")
    ids, cast = Ids(random, city.founded), city.staff.cast
    staff = [each for each in city.staff.by_unit[cast.supervisor.unit.id] if each.heads is None]
    rows: list[tuple[object, ...]] = []
    for place, person in enumerate(dict.fromkeys((cast.struggling, *staff[:2]))):
        asked = person.decider(city.now)
        if asked is None:
            continue
        made_at = city.now - timedelta(hours=random.uniform(2, 70))
        withdrawn_at = made_at + timedelta(minutes=30) if place == 1 else None
        month = f"{local(city.now):%Y-%m}"
        question = QUESTIONS[-1 - place % len(QUESTIONS)]
        rows.append((ids.at(made_at), person.id, asked.id, month, question, made_at, withdrawn_at))
    columns = ("id", "employee_id", "asked_id", "period", "question", "made_at", "withdrawn_at")
    return "feedback_request", columns, rows


def _unit(city: DemoCity, code: str | None) -> Unit:
    """The unit with this code; without one, the city itself."""
    return city.units[0] if code is None else next(u for u in city.units if u.code == code)


def _people(city: DemoCity, unit: Unit) -> list[Person]:
    """Whoever works in a unit or below it."""
    return [person for person in city.staff.people if unit.id in person.unit.path]
