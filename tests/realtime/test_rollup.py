"""A roll-up equals what the database would count, however its seed and the events overlap."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mobile_contract import live
from models.queries.feed import FeedRow
from realtime.rollup import SAMPLE_EVENTS, Tally, Today
from tests.realtime.feeds import (
    AGENCY,
    AGENCY_TOPIC,
    ELSEWHERE,
    NOON,
    OTHER_SCHOOL,
    SCHOOL,
    SHARD,
    event,
    messages,
    position,
)

ZONE = ZoneInfo("Asia/Jakarta")
TODAY = date(2026, 11, 24)
MIDNIGHT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # begins 25 November in Sawahlunto
KINDS = ["report", "approval", "return", "slip", "feedback", "revision"]

happenings = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from([AGENCY, SCHOOL, OTHER_SCHOOL])), max_size=30
).map(
    lambda made: [
        event(seq, kind=kind, unit_id=unit_id) for seq, (kind, unit_id) in enumerate(made, start=1)
    ]
)


def counted(rows: Sequence[FeedRow]) -> list[live.RollupRow]:
    """What the database counts below the agency, in the order of the units."""
    counts: dict[UUID, live.RollupRow] = {}
    for row in rows:
        unit_id = row.unit_path[2] if len(row.unit_path) > 2 else AGENCY
        kinds = [other.kind for other in rows if (other.unit_path[2:] or [AGENCY])[0] == unit_id]
        counts[unit_id] = live.RollupRow(
            unit_id,
            *(kinds.count(kind) for kind in KINDS[:4]),
            last_at=max(o.at for o in rows if (o.unit_path[2:] or [AGENCY])[0] == unit_id),
        )
    return [counts[unit_id] for unit_id in sorted(counts)]


def read(wire: bytes | None) -> live.Rollup:
    assert wire is not None
    (said,) = messages(wire)
    assert isinstance(said, live.Rollup)
    return said


def tally(seed: Today | None = None) -> Tally:
    made = Tally(AGENCY, SHARD, ZONE)
    if seed is not None:
        made.seed(seed)
    return made


NOTHING = Today(0, TODAY, [])


@given(happenings, st.integers(0, 30), st.integers(0, 30))
def test_seed_and_events_together_are_what_the_database_counts(
    rows: list[FeedRow], counted_upto: int, seeded_after: int
):
    made = tally()
    for row in rows[:seeded_after]:
        made.add(row)
    known = rows[:counted_upto]
    made.seed(Today(len(known), TODAY, counted(known)))
    for row in rows[seeded_after:]:
        made.add(row)
    # What was counted ahead of the events arrives later, and is not counted twice.
    for row in rows:
        made.add(row)
    whole = read(made.whole(NOON))
    assert sorted(whole.rows, key=lambda row: row.unit_id) == counted(rows)
    assert whole.upto == position(len(rows))


@given(st.lists(happenings, max_size=4))
def test_the_changes_put_together_are_the_whole(seconds: list[list[FeedRow]]):
    made = tally(NOTHING)
    shown: dict[UUID, live.RollupRow] = {}
    seq = 0
    for rows in seconds:
        for row in rows:
            seq += 1
            made.add(event(seq, kind=row.kind, unit_id=row.unit_id or AGENCY))
        changes = made.changes(NOON)
        assert (changes is None) == (not rows)
        if changes is not None:
            shown |= {row.unit_id: row for row in read(changes).rows}
    assert sorted(read(made.whole(NOON)).rows, key=lambda row: row.unit_id) == [
        shown[unit_id] for unit_id in sorted(shown)
    ]


def test_a_sample_is_the_newest_events_and_no_more_than_a_person_can_glance_at():
    made = tally(NOTHING)
    for seq in range(1, SAMPLE_EVENTS + 11):
        made.add(event(seq))
    said = read(made.changes(NOON))
    assert (said.topic, said.at) == (AGENCY_TOPIC, NOON)
    assert [one.position for one in said.sample] == [
        position(seq) for seq in range(11, SAMPLE_EVENTS + 11)
    ]
    assert made.changes(NOON) is None


def test_before_the_counts_are_known_there_is_nothing_to_show():
    made = tally()
    made.add(event(1))
    assert not made.seeded
    assert (made.changes(NOON), made.whole(NOON)) == (None, None)
    made.seed(NOTHING)
    assert read(made.changes(NOON)).rows[0].reports == 1


def test_a_new_day_begins_with_zeros_for_everybody():
    made = tally(Today(5, TODAY, [live.RollupRow(SCHOOL, 4, 1, 0, 0, NOON)]))
    made.changes(NOON)
    said = read(made.changes(MIDNIGHT))
    assert list(said.rows) == [live.RollupRow(SCHOOL, 0, 0, 0, 0)]
    made.add(event(6, at=MIDNIGHT + timedelta(hours=1)))
    assert read(made.changes(MIDNIGHT)).rows[0].reports == 1


def test_an_event_stamped_before_midnight_and_numbered_after_it_is_yesterdays():
    made = tally(NOTHING)
    made.add(event(1, at=MIDNIGHT))
    made.add(event(2, at=MIDNIGHT - timedelta(milliseconds=1)))
    (row,) = read(made.whole(MIDNIGHT)).rows
    assert row.reports == 1


def test_a_school_looks_at_its_own_people_under_its_own_id():
    made = Tally(SCHOOL, SHARD, ZONE)
    made.seed(NOTHING)
    made.add(event(1))
    assert [row.unit_id for row in read(made.whole(NOON)).rows] == [SCHOOL]


def test_counts_that_are_no_longer_sure_wait_for_the_next_seed():
    made = tally(NOTHING)
    made.add(event(1))
    made.unseed()
    made.add(event(9, unit_id=ELSEWHERE))
    assert made.changes(NOON) is None
    made.seed(Today(8, TODAY, []))
    assert [row.unit_id for row in read(made.changes(NOON)).rows] == [ELSEWHERE]
