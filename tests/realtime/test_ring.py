"""A ring's frames join without a hole, within its limits."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.frames import Frame
from realtime.ring import RingLimits, TopicRing
from tests.realtime.feeds import SCHOOL_TOPIC, position

steps = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 400)), max_size=40)
limits = st.builds(RingLimits, max_bytes=st.integers(1, 2_000), max_frames=st.integers(1, 10))


def filled(made: list[tuple[int, int]], within: RingLimits) -> tuple[TopicRing, list[Frame]]:
    """A ring that began at event 10, and every frame it was given."""
    ring = TopicRing(position(10), within)
    frames: list[Frame] = []
    seq = 10
    for advance, size in made:
        framed = Frame(SCHOOL_TOPIC, position(seq), position(seq + advance), b"x" * size)
        ring.append(framed)
        frames.append(framed)
        seq += advance
    return ring, frames


@given(steps, limits)
def test_it_holds_the_newest_frames_within_its_limits(
    made: list[tuple[int, int]], within: RingLimits
):
    ring, frames = filled(made, within)
    held = ring.frames_after(ring.floor)
    assert held is not None
    assert list(held) == frames[len(frames) - len(held) :]
    assert ring.held_bytes == sum(len(one.wire) for one in held)
    assert len(held) <= within.max_frames
    assert ring.held_bytes <= within.max_bytes or len(held) == 1
    assert (len(held) > 0) == (len(frames) > 0)
    for before, after in pairwise(held):
        assert after.prev == before.upto
    if held:
        assert (ring.floor, ring.head) == (held[0].prev, held[-1].upto)


@given(steps, limits, st.integers(0, 220))
def test_from_any_position_it_reaches_the_head_or_says_that_it_cannot(
    made: list[tuple[int, int]], within: RingLimits, seq: int
):
    ring, _ = filled(made, within)
    after = ring.frames_after(position(seq))
    if position(seq) < ring.floor:
        assert after is None
    elif position(seq) >= ring.head:
        assert after == []
    else:
        assert after
        assert after[0].prev <= position(seq) < after[0].upto
        assert after[-1].upto == ring.head


def test_a_position_of_another_shard_is_never_reached():
    ring, _ = filled([(1, 10)], RingLimits())
    assert ring.frames_after(position(11, shard=4)) is None


def test_a_frame_that_does_not_join_is_refused():
    ring, _ = filled([(2, 10)], RingLimits())
    with pytest.raises(ValueError, match="does not follow"):
        ring.append(Frame(SCHOOL_TOPIC, position(11), position(13), b""))
    with pytest.raises(ValueError, match="does not follow"):
        ring.append(Frame(SCHOOL_TOPIC, position(12), position(12), b""))


def test_after_a_restart_nothing_before_is_reached():
    ring, _ = filled([(2, 10), (1, 10)], RingLimits())
    ring.restart(position(40))
    assert ring.frames_after(position(13)) is None
    assert ring.frames_after(position(40)) == []
    assert ring.held_bytes == 0
