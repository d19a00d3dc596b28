"""Who is helped in the demo city: a mentor, reports captured for somebody, practice, an offer.

The struggling employee has a colleague as mentor since ten days; of what they report since, every
third was captured by the mentor. HR has offered help, and the offer waits for an answer.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any, Final

from denyut.demo.city import DemoCity, Table
from denyut.demo.ids import Ids
from models.queries.help import NewOffer, offered
from models.queries.locks import locked_units_of
from models.queries.telling import Word, told
from models.rules.checklist import Step
from models.rules.flags import ReportFlag
from models.rules.signals import Signal

OFFER: Final = (
    "Beberapa laporan Anda dikembalikan bulan ini. Mau kita bahas bersama contoh laporan yang baik?"
)
PRACTICE: Final = ("Latihan pertama", "Latihan: kunjungan dua warga", "Latihan tanpa sinyal")
MENTORED: Final = timedelta(days=80)  # from its beginning: ten weeks more


def support_tables(city: DemoCity) -> Iterator[Table]:
    """Mentorships, reports captured for somebody, practice and ticked steps."""
    cast = city.staff.cast
    mentee = cast.struggling
    mentor, since = mentee.mentor, mentee.mentored_since
    assert mentor is not None
    assert since is not None
    ids = Ids(Random(f"{city.options.seed} support"), since)
    yield (
        "mentorship",
        ("id", "employee_id", "mentor_id", "valid_from", "valid_to", "made_by"),
        [(ids.at(since), mentee.id, mentor.id, since, since + MENTORED, cast.supervisor.id)],
    )
    yield (
        "report_mentor",
        ("report_id", "mentor_id", "made_at"),
        (
            (report.id, mentor.id, report.received_at)
            for report in city.chronicle.reports
            if report.flags & ReportFlag.ON_BEHALF
        ),
    )
    yield (
        "practice_report",
        ("id", "employee_id", "quantity", "note", "activity_at", "made_at"),
        [
            (ids.at(at), mentee.id, 1.0 + place, note, at, at)
            for place, note in enumerate(PRACTICE)
            for at in (since + timedelta(hours=2, minutes=5 * place),)
        ],
    )
    yield (
        "checklist_mark",
        ("employee_id", "step", "at"),
        [
            (person.id, Step.PROFILE_CHECKED.value, since - timedelta(days=5))
            for person in city.staff.by_unit[mentee.unit.id]
            if person is not mentee
        ]
        + [(mentee.id, Step.FIRST_PRACTICE.value, since + timedelta(hours=2))],
    )


async def helped(connection: Any, city: DemoCity) -> None:
    """HR offers help to the struggling employee, as the service itself does it.

    `connection`: asyncpg's, in the transaction that writes the city.
    """
    cast = city.staff.cast
    ids = Ids(Random(f"{city.options.seed} offer"), city.now)
    employee_id, offer_id = cast.struggling.id, ids.at(city.now)
    signals = (Signal.MANY_RETURNS.value,)
    await locked_units_of(connection, [employee_id])
    await offered(connection, NewOffer(offer_id, employee_id, signals, OFFER, cast.hr.id))
    key = f"help_offered:{offer_id}:{employee_id}"
    word = Word("help_offered", key, employee_id, about_id=offer_id, subject=OFFER)
    await told(connection, [word], [])
