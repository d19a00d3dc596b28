"""A tick's events become frames that join the ones before."""

from hypothesis import given
from hypothesis import strategies as st

from mobile_contract import live
from realtime.frames import encoded
from realtime.ring import RingLimits, TopicRing
from realtime.topic import Topic
from tests.realtime.feeds import SCHOOL_TOPIC, SHARD, event, messages, position


def topic_at(seq: int) -> Topic:
    return Topic(SCHOOL_TOPIC, SHARD, TopicRing(position(seq), RingLimits()))


@given(st.lists(st.integers(0, 600), max_size=20), st.integers(1, 2_000))
def test_frames_hold_every_event_once_within_the_limit(notes: list[int], limit_bytes: int):
    topic = topic_at(10)
    sizes: dict[int, int] = {}
    for seq, note in enumerate(notes, start=11):
        made = encoded(event(seq, note="n" * note))
        sizes[made.position] = len(made.json)
        topic.pending.append(made)
    frames = topic.frames(limit_bytes)
    assert topic.pending == []
    at = position(10)
    seen: list[int] = []
    for frame in frames:
        (said,) = messages(frame.wire)
        assert isinstance(said, live.Events)
        assert (said.topic, said.prev, said.upto) == (SCHOOL_TOPIC, frame.prev, frame.upto)
        assert frame.prev == at
        positions = [one.position for one in said.events]
        assert positions[-1] == frame.upto
        assert len(positions) == 1 or sum(sizes[one] for one in positions) <= limit_bytes
        seen += positions
        at = frame.upto
    assert seen == list(sizes)
    assert topic.ring.head == at


def test_a_tick_without_events_makes_no_frame():
    assert topic_at(10).frames(1_000) == []


def test_beginning_anew_forgets_the_tick_and_the_ring():
    topic = topic_at(10)
    topic.pending.append(encoded(event(11)))
    topic.frames(1_000)
    topic.pending.append(encoded(event(12)))
    topic.begin_anew(position(50))
    assert topic.frames(1_000) == []
    assert (topic.ring.floor, topic.ring.head) == (position(50), position(50))
