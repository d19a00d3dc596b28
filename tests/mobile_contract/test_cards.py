"""Snapshot + events = fresh snapshot, wherever it is cut and however often a frame comes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_contract.cards import CARD_KINDS, CHANGE_KINDS, Gap, TopicState, plain
from mobile_contract.live import Event, Events, Progress, position_of

SHARD = 3
TOPIC = "unit:00000000-0000-0000-0000-000000000001"
START = position_of(SHARD, 0)
ME = UUID(int=77)
NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)
LIMIT = 4  # small, so that every history trims


def event(seq: int, kind: str, content: dict[str, Any], progress: Progress | None = None) -> Event:
    return Event(
        position=position_of(SHARD, seq),
        kind=kind,
        at=NOON + timedelta(seconds=seq),
        employee_id=ME,
        progress=progress,
        receipt=f"R-{seq}" if kind == "report" else None,
        flags=["late"] if kind == "report" and seq % 2 else [],
        content=msgspec.Raw(msgspec.json.encode(content)),
    )


def frame(events: Sequence[Event], prev: int = START, upto: int | None = None) -> Events:
    return Events(TOPIC, prev, upto or (events[-1].position if events else prev), events)


def applied(state: TopicState, *frames: Events) -> TopicState:
    for each in frames:
        after = state.apply(each)
        assert isinstance(after, TopicState)
        state = after
    return state


def contents(state: TopicState) -> list[dict[str, Any]]:
    return [msgspec.json.decode(card.content) for card in state.cards]


def progress_of(target: int, approved: float) -> Progress:
    return Progress(UUID(int=target), 96, approved, 0, "on_track")


EMPTY = TopicState(TOPIC, START, limit=LIMIT)
REPORT, TARGET = str(UUID(int=500)), UUID(int=9)
KINDS = st.sampled_from(sorted(CARD_KINDS | CHANGE_KINDS | {"feedback", "from_the_future"}))


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events of a topic, numbers with holes (others' events), about few reports and targets."""
    events: list[Event] = []
    seq = 0
    for _ in range(draw(st.integers(0, 25))):
        seq += draw(st.integers(1, 3))
        kind = draw(KINDS)
        content: dict[str, Any] = {"version": seq}
        if kind in CHANGE_KINDS | {"report", "feedback"}:
            content["report_id"] = str(UUID(int=draw(st.integers(1, 4))))
        target = draw(st.integers(10, 12))
        if kind in CARD_KINDS and draw(st.booleans()):
            content["target_id"] = str(UUID(int=target))
        if kind == "feedback":
            content["feedback_id"] = str(UUID(int=draw(st.integers(20, 22))))
            if draw(st.booleans()):
                content["acknowledged_at"] = "2026-11-02T12:00:00Z"
        has_progress = draw(st.booleans())
        events.append(event(seq, kind, content, progress_of(target, seq) if has_progress else None))
    return events


@given(histories(), st.data())
def test_any_cut_into_frames_leads_to_the_same(events: list[Event], data: st.DataObject) -> None:
    whole = applied(EMPTY, frame(events)) if events else EMPTY
    state = EMPTY
    while state.position < whole.position:
        known = sum(each.position <= state.position for each in events)
        first = data.draw(st.integers(0, known))  # reaches back into what was seen
        last = data.draw(st.integers(known + 1, len(events)))
        prev = events[first - 1].position if first else START
        state = applied(state, frame(events[first:last], prev))
    assert state == whole


@given(histories(), st.data())
def test_a_snapshot_and_what_came_after_equal_a_fresh_snapshot(
    events: list[Event], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(events)))
    before, after = events[:cut], events[cut:]
    snapshot = applied(EMPTY, frame(before)).as_snapshot()
    over_the_wire = msgspec.json.decode(msgspec.json.encode(snapshot), type=type(snapshot))
    resumed = applied(TopicState.from_snapshot(over_the_wire, LIMIT), frame(after, snapshot.upto))
    assert plain(resumed.as_snapshot()) == plain(applied(EMPTY, frame(events)).as_snapshot())


@given(histories())
def test_cards_are_few_in_order_and_progress_is_of_their_targets_only(events: list[Event]) -> None:
    state = applied(EMPTY, frame(events))
    positions = [card.position for card in state.cards]
    assert positions == sorted(positions)
    assert positions == [e.position for e in events if e.kind in CARD_KINDS][-LIMIT:]
    named = {content.get("target_id") for content in contents(state)}
    assert {str(target_id) for target_id in state.progress} <= named


@given(histories(), st.integers(1, 30))
def test_a_frame_that_does_not_join_on_is_a_gap_and_changes_nothing(
    events: list[Event], ahead: int
) -> None:
    state = applied(EMPTY, frame(events))
    prev = state.position + 16 * ahead
    assert state.apply(frame([], prev, prev + 16)) == Gap(TOPIC, state.position, prev)


def test_a_frame_from_another_shard_is_a_gap() -> None:
    assert isinstance(EMPTY.apply(Events(TOPIC, 0, position_of(SHARD + 1, 5), [])), Gap)


def test_a_frame_of_another_topic_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="does not belong"):
        EMPTY.apply(Events("unit:x", 0, 1, []))


def test_a_frame_without_events_moves_the_position() -> None:
    after = applied(EMPTY, frame([], START, position_of(SHARD, 9)))
    assert (after.position, after.cards) == (position_of(SHARD, 9), ())


def test_an_answer_changes_the_card_of_its_report_and_leaves_the_rest() -> None:
    report = {"report_id": REPORT, "target_id": str(TARGET), "quantity": 4, "status": "received"}
    approval = {"report_id": REPORT, "actor_name": "Budi", "version": 1, "status": "approved"}
    state = applied(
        EMPTY,
        frame(
            [
                event(1, "report", report, Progress(TARGET, 96, 0, 4, "on_track")),
                event(2, "approval", approval, Progress(TARGET, 96, 4, 0, "on_track")),
            ]
        ),
    )
    assert contents(state) == [report | approval]
    assert state.cards[0].flags == ["late"]
    assert (state.cards[0].receipt, state.cards[0].position) == ("R-1", position_of(SHARD, 1))
    assert state.progress[TARGET].approved == 4


def test_feedback_is_kept_in_order_and_its_reading_joins_it() -> None:
    first, second = str(UUID(int=1)), str(UUID(int=2))
    about = {"report_id": REPORT}
    state = applied(
        EMPTY,
        frame(
            [
                event(1, "report", about),
                event(2, "feedback", about | {"feedback_id": first, "text": "Bagus"}),
                event(3, "feedback", about | {"feedback_id": second, "text": "Fotonya?"}),
                event(4, "feedback", about | {"feedback_id": first, "acknowledged_at": "t"}),
            ]
        ),
    )
    said = [msgspec.json.decode(each) for each in state.cards[0].feedback]
    assert [(each["text"], each.get("acknowledged_at")) for each in said] == [
        ("Bagus", "t"),
        ("Fotonya?", None),
    ]


def test_answers_to_a_report_that_is_not_on_the_screen_change_nothing() -> None:
    state = applied(EMPTY, frame([event(1, "slip", {"target_id": str(TARGET)})]))
    for kind in sorted(CHANGE_KINDS | {"feedback"}):
        after = applied(state, frame([event(2, kind, {"report_id": REPORT})], state.position))
        assert after.cards == state.cards
