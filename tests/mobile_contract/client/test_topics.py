"""Whatever the service sends, and however the socket breaks: the state of a fresh snapshot."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_contract.cards import TopicState
from mobile_contract.client.topics import (
    Changed,
    Connected,
    Declined,
    FollowedTopics,
    Forgotten,
    RolledUp,
    Shown,
)
from mobile_contract.live import (
    Bye,
    Cursor,
    Event,
    Events,
    FeedSnapshot,
    LiveError,
    Ping,
    Reset,
    Revoked,
    Rollup,
    ServerMessage,
    Subscribed,
    TopicSnapshot,
    Unsubscribed,
    Welcome,
)
from mobile_contract.live import TopicState as Served

EPOCH, LATER_EPOCH = UUID(int=1), UUID(int=2)
MINE, UNIT, CHILD = "person:1", "unit:2", "unit:3"
NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)


def event(seq: int) -> Event:
    content = msgspec.Raw(msgspec.json.encode({"notice_id": str(UUID(int=seq))}))
    return Event(seq * 16, "notice", NOON, UUID(int=9), content=content)


def frame(prev: int, *seqs: int, topic: str = MINE, upto: int | None = None) -> Events:
    return Events(topic, prev * 16, (upto or seqs[-1]) * 16, [event(seq) for seq in seqs])


def snapshot(topics: dict[str, Sequence[int]], upto: int, epoch: UUID = EPOCH) -> FeedSnapshot:
    made: list[TopicSnapshot] = []
    for topic, seqs in topics.items():
        state = TopicState(topic, 0).apply(frame(0, *seqs, topic=topic, upto=upto))
        assert isinstance(state, TopicState)
        made.append(state.as_snapshot())
    return FeedSnapshot(epoch, made, "opaque")


def welcome(topics: dict[str, int], epoch: UUID = EPOCH) -> Welcome:
    served = {topic: Served("events", upto * 16) for topic, upto in topics.items()}
    return Welcome(epoch, UUID(int=9), served, 20, NOON)


def followed(*seqs: int, upto: int) -> FollowedTopics:
    topics = FollowedTopics()
    topics.shown(snapshot({MINE: seqs}, upto))
    topics.take(welcome({MINE: upto}))
    return topics


def shown_seqs(topics: FollowedTopics, topic: str = MINE) -> list[int]:
    return [card.position // 16 for card in topics.states[topic].cards]


def test_the_first_thing_a_feed_needs_is_a_snapshot_and_then_it_has_a_cursor() -> None:
    topics = FollowedTopics()
    assert topics.due == [None]
    assert topics.cursor is None
    (update,) = topics.shown(snapshot({MINE: [1, 2]}, 2))
    assert isinstance(update, Shown)
    assert topics.due == []
    assert topics.cursor == Cursor(EPOCH, {MINE: 32})


def test_frames_move_it_on_and_each_event_is_told_once() -> None:
    topics = followed(1, 2, upto=2)
    (update,) = topics.take(frame(0, 1, 2, 3))
    assert isinstance(update, Changed)
    assert [each.position for each in update.events] == [48]
    assert topics.take(frame(2, 3)) == []
    assert shown_seqs(topics) == [1, 2, 3]


def test_a_frame_without_events_for_us_moves_the_cursor_silently() -> None:
    topics = followed(1, upto=1)
    assert topics.take(frame(1, upto=7)) == []
    assert topics.cursor == Cursor(EPOCH, {MINE: 112})


@given(st.lists(st.sampled_from(["frame", "again", "gap", "reset", "welcome"]), max_size=20))
def test_whatever_happens_it_ends_like_a_fresh_snapshot(steps: list[str]) -> None:
    topics, seqs = followed(1, upto=1), [1]
    for step in steps:
        last = seqs[-1]
        match step:
            case "frame":
                seqs.append(last + 1)
                topics.take(frame(last, last + 1))
            case "again":
                topics.take(frame(0, *seqs))
            case "gap":
                seqs += [last + 1, last + 2]
                topics.take(frame(last + 1, last + 2))
            case "reset":
                topics.take(Reset("too_far_behind", MINE, last * 16))
            case _:
                topics.take(welcome({MINE: last}))
        if topics.due:
            topics.shown(snapshot({MINE: seqs}, seqs[-1]))
    topics.take(frame(0, *seqs))
    assert shown_seqs(topics) == seqs


def test_a_gap_is_not_guessed_over() -> None:
    topics = followed(1, upto=1)
    assert topics.take(frame(3, 4)) == []
    assert topics.due == [None]
    assert topics.take(frame(4, 5)) == []  # the snapshot that is due will have it
    (update,) = topics.shown(snapshot({MINE: [1, 3, 4, 5]}, 5))
    assert isinstance(update, Shown)
    assert shown_seqs(topics) == [1, 3, 4, 5]


@pytest.mark.parametrize("message", [Reset("epoch"), welcome({MINE: 1}, LATER_EPOCH)])
def test_another_epoch_makes_everything_old(message: ServerMessage) -> None:
    topics = followed(1, 2, upto=2)
    topics.take(message)
    assert topics.due == [None]
    topics.shown(snapshot({MINE: [1]}, 1, LATER_EPOCH))
    assert topics.cursor == Cursor(LATER_EPOCH, {MINE: 16})
    assert shown_seqs(topics) == [1]


def test_rights_that_were_lost_or_won_while_the_socket_was_away() -> None:
    topics = FollowedTopics()
    topics.shown(snapshot({MINE: [1], UNIT: [1]}, 1))
    updates = topics.take(welcome({MINE: 1, CHILD: 4}))
    assert isinstance(updates[0], Connected)
    assert updates[1:] == [Forgotten(UNIT)]
    assert topics.due == [None]
    (update,) = topics.shown(snapshot({MINE: [1], CHILD: [2, 4]}, 4))
    assert isinstance(update, Shown)
    assert update.state.topic == CHILD
    assert topics.states[MINE].position == 16  # what is known is left alone


def test_a_revoked_topic_is_forgotten() -> None:
    topics = followed(1, upto=1)
    assert topics.take(Revoked(MINE)) == [Forgotten(MINE)]
    assert topics.take(frame(1, 2)) == []
    assert topics.states == {}


def drilled(*seqs: int, upto: int) -> FollowedTopics:
    topics = followed(1, upto=1)
    topics.drill(CHILD)
    topics.take(Subscribed(CHILD, "events", upto * 16))
    topics.shown(snapshot({CHILD: seqs}, upto), CHILD)
    return topics


def test_drilling_down_shows_what_is_there_and_goes_on_where_it_was_left() -> None:
    topics = followed(1, upto=1)
    assert topics.drill(CHILD).position is None
    topics.take(Subscribed(CHILD, "events", 32))
    assert topics.due == [CHILD]
    assert topics.take(frame(2, 3, topic=CHILD)) == []  # the snapshot that is due will have it
    topics.shown(snapshot({CHILD: [1, 2, 3]}, 3), CHILD)
    topics.take(frame(2, 3, 4, topic=CHILD))
    assert shown_seqs(topics, CHILD) == [1, 2, 3, 4]
    assert topics.cursor == Cursor(EPOCH, {MINE: 16})
    topics.take(welcome({MINE: 1}))
    assert topics.drilled == [CHILD]
    assert topics.drill(CHILD).position == 64
    assert topics.take(Subscribed(CHILD, "events", 80)) == []
    assert shown_seqs(topics, CHILD) == [1, 2, 3, 4]
    topics.leave(CHILD)
    assert topics.take(Unsubscribed(CHILD)) == [Forgotten(CHILD)]
    assert topics.drilled == []


def test_a_drilled_topic_is_taken_anew_by_itself() -> None:
    topics = drilled(3, upto=3)
    topics.take(Reset("too_far_behind", CHILD, 160))
    assert topics.due == [CHILD]
    topics.shown(snapshot({CHILD: [9, 10]}, 10), CHILD)
    assert shown_seqs(topics, CHILD) == [9, 10]
    assert shown_seqs(topics) == [1]


def test_an_epoch_that_changed_takes_everything_anew() -> None:
    topics = drilled(3, upto=3)
    topics.take(welcome({MINE: 1}, LATER_EPOCH))
    assert topics.due == [None, CHILD]
    topics.shown(snapshot({MINE: [2]}, 2, LATER_EPOCH))
    topics.shown(snapshot({CHILD: [2]}, 2, LATER_EPOCH), CHILD)
    assert topics.due == []
    assert (shown_seqs(topics), shown_seqs(topics, CHILD)) == ([2], [2])


def test_a_topic_that_is_in_no_snapshot_is_forgotten() -> None:
    topics = drilled(3, upto=3)
    topics.take(Reset("moved", CHILD))
    assert topics.shown(snapshot({}, 1), CHILD) == [Forgotten(CHILD)]


def test_a_subscription_that_is_declined_is_not_tried_for_ever() -> None:
    topics = followed(1, upto=1)
    topics.drill(CHILD)
    assert topics.take(LiveError("topic_not_allowed", CHILD)) == [
        Declined("topic_not_allowed", CHILD)
    ]
    assert topics.drilled == []


def test_a_subscription_that_must_wait_is_asked_for_again() -> None:
    topics = followed(1, upto=1)
    topics.drill(CHILD)
    topics.take(LiveError("database_away", CHILD))
    assert topics.drilled == [CHILD]


def test_a_big_scope_is_counted_and_its_cursor_moves() -> None:
    topics = followed(1, upto=1)
    rollup = Rollup(UNIT, 96, NOON, [], [])
    assert topics.take(rollup) == [RolledUp(rollup)]
    assert (topics.states[UNIT].mode, topics.states[UNIT].position) == ("rollup", 96)


def test_without_snapshots_it_starts_where_the_service_stands_and_never_asks() -> None:
    topics = FollowedTopics(snapshots=False)
    assert topics.due == []
    _, update = topics.take(welcome({MINE: 5}))
    assert isinstance(update, Shown)
    topics.take(frame(5, 6))
    updates = topics.take(frame(8, 9))
    assert [type(each) for each in updates] == [Shown, Changed]
    assert shown_seqs(topics) == [9]
    topics.take(Reset("too_far_behind", MINE, 320))
    assert topics.due == []
    assert topics.states[MINE].position == 320
    assert topics.take(Reset("not_allowed", MINE)) == [Forgotten(MINE)]


@pytest.mark.parametrize("message", [Ping(NOON), Bye(3.0)])
def test_courtesies_change_nothing(message: ServerMessage) -> None:
    topics = followed(1, upto=1)
    before = topics.states
    assert topics.take(message) == []
    assert topics.states == before
