"""Frames with what the viewer may not see left out."""

from datetime import UTC, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
import pytest

from mobile_contract import live
from models.queries.replays import TopicPlace
from realtime.filtered import FilteredWriter
from realtime.frames import frame, payloads_of, rollup_message, text_frame
from realtime.scopes import OpenTopic

UNIT, OPEN, HIDDEN = uuid4(), uuid4(), uuid4()
NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


class Paper:
    """A writer that keeps what is written."""

    def __init__(self) -> None:
        self.messages: list[live.ServerMessage] = []
        self.aborted = False
        self.unsent_bytes = 7

    def write(self, data: bytes) -> int:
        self.messages += [
            msgspec.json.decode(text, type=live.ServerMessage) for text in payloads_of(data)
        ]
        return self.unsent_bytes

    def abort(self) -> None:
        self.aborted = True


@pytest.fixture
def paper() -> Paper:
    return Paper()


def topic(kind: str = "unit", hidden: frozenset[UUID] = frozenset()) -> OpenTopic:
    place = TopicPlace(kind, UNIT, 3)
    return OpenTopic(place, "events", ZoneInfo("Asia/Jakarta"), False, hidden, False)


def event(position: int, employee_id: UUID, unit_id: UUID | None = UNIT) -> bytes:
    return msgspec.json.encode(live.Event(position, "report", NOW, employee_id, unit_id))


def test_hidden_people_are_left_out_and_the_frame_leads_on(paper):
    writer = FilteredWriter(paper, topic(hidden=frozenset({HIDDEN})))
    events = [event(19, OPEN), event(35, HIDDEN), event(51, OPEN)]
    wire = text_frame(frame(f"unit:{UNIT}", 3, 51, events))
    alone = text_frame(frame(f"unit:{UNIT}", 51, 67, [event(67, HIDDEN)]))
    assert writer.write(wire + alone) == 7
    first, second = paper.messages
    assert [each.position for each in first.events] == [19, 51]
    assert (first.prev, first.upto) == (3, 51)
    assert (second.prev, second.upto, second.events) == (51, 67, [])


def test_somebody_elses_notices_are_left_out(paper):
    writer = FilteredWriter(paper, topic("person"))
    wire = text_frame(frame(f"person:{UNIT}", 3, 35, [event(19, OPEN, None), event(35, OPEN)]))
    writer.write(wire)
    assert [each.position for each in paper.messages[0].events] == [35]


def test_a_roll_up_keeps_its_counts_and_loses_hidden_samples(paper):
    writer = FilteredWriter(paper, topic(hidden=frozenset({HIDDEN})))
    rows = [live.RollupRow(UNIT, 2, 0, 0, 0, NOW)]
    sample = [event(19, OPEN), event(35, HIDDEN)]
    writer.write(text_frame(rollup_message(f"unit:{UNIT}", 35, NOW, rows, sample)))
    (rollup,) = paper.messages
    assert (rollup.rows, rollup.at, rollup.upto) == (rows, NOW, 35)
    assert [each.position for each in rollup.sample] == [19]


def test_other_words_pass_as_they_are(paper):
    writer = FilteredWriter(paper, topic(hidden=frozenset({HIDDEN})))
    reset = live.Reset("moved", f"unit:{UNIT}", 5)
    writer.write(text_frame(msgspec.json.encode(reset)))
    assert paper.messages == [reset]


async def test_it_is_the_writer_behind_that_holds_and_ends(paper):
    writer = FilteredWriter(paper, topic())
    await writer.finish()
    writer.abort()
    assert paper.aborted
    assert writer.unsent_bytes == 7
