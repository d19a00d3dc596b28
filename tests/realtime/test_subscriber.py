"""A socket holds positions, never a queue: what it is sent joins without a hole, or it is reset."""

from hypothesis import given
from hypothesis import strategies as st

from mobile_contract import live
from realtime.frames import Frame, encoded
from realtime.ring import RingLimits, TopicRing
from realtime.subscriber import Gate, Reset, Send, Subscription, Wait, next_step, wake
from realtime.topic import Topic
from realtime.writers import HIGH_WATER
from tests.realtime.feeds import (
    SCHOOL_TOPIC,
    SHARD,
    Follower,
    Remembering,
    event,
    position,
)

ROOMY = RingLimits()
TIGHT = RingLimits(max_bytes=2_000, max_frames=4)


def ring_of(frames: int, size_bytes: int = 10, limits: RingLimits = ROOMY) -> TopicRing:
    """A ring with frames of one event each, from event 11 on."""
    ring = TopicRing(position(10), limits)
    for seq in range(11, 11 + frames):
        ring.append(
            Frame(SCHOOL_TOPIC, position(seq - 1), position(seq), b"%03d" % seq * size_bytes)
        )
    return ring


def test_at_the_head_it_waits():
    assert next_step(position(13), ring_of(3), 0) == Wait()


def test_past_the_head_it_waits_until_this_process_has_heard_as_much():
    assert next_step(position(20), ring_of(3), 0) == Wait()


def test_a_slow_reader_waits_however_much_there_is():
    assert next_step(position(11), ring_of(3), HIGH_WATER + 1) == Wait()


def test_a_reader_that_the_ring_no_longer_reaches_is_reset():
    assert next_step(position(10), ring_of(9, limits=TIGHT), 0) == Reset()


def test_what_is_missing_goes_out_in_one_write():
    assert next_step(position(11), ring_of(3, 1), 0) == Send(b"012013", position(13))


def test_one_write_is_bounded_and_never_empty():
    step = next_step(position(10), ring_of(8, 10_000), 0)
    assert isinstance(step, Send)
    assert (len(step.wire), step.position) == (60_000, position(12))
    step = next_step(position(10), ring_of(1, 30_000), 0)
    assert isinstance(step, Send)
    assert len(step.wire) == 90_000


class Scene:
    """A topic with one subscriber whose reader the test controls."""

    def __init__(self, *, reads: bool = True, limits: RingLimits = ROOMY) -> None:
        self.now_s = 100.0
        self.fresh = True
        self.gate = Gate(lambda: self.fresh)
        self.writer = Remembering(reads=reads)
        self.topic = Topic(SCHOOL_TOPIC, SHARD, TopicRing(position(10), limits))
        self.subscription = Subscription(self.writer, self.gate, lambda: self.now_s)
        place = self.subscription.join(SCHOOL_TOPIC, self.topic.ring)
        self.topic.places[self.subscription] = place
        self.seq = 10

    def happens(self, events: int = 1, note: str = "") -> None:
        """One tick with so many events."""
        for _ in range(events):
            self.seq += 1
            self.topic.pending.append(encoded(event(self.seq, note=note)))
        for frame in self.topic.frames(HIGH_WATER):
            wake(self.topic.places.values(), frame)

    def follower(self, at: int = 10) -> Follower:
        """A client that has read everything so far."""
        follower = Follower(SCHOOL_TOPIC, position(at))
        follower.read(self.writer.messages())
        return follower


def test_before_its_start_a_topic_is_silent_then_it_continues_from_there():
    scene = Scene()
    scene.happens(2)
    assert scene.writer.written == []
    assert scene.subscription.positions == {}
    scene.subscription.start(SCHOOL_TOPIC, position(10))
    scene.happens()
    assert scene.follower().seen == [11, 12, 13]
    assert scene.subscription.positions == {SCHOOL_TOPIC: position(13)}


def test_a_reader_that_keeps_up_gets_the_very_bytes_of_the_ring():
    scene = Scene()
    scene.subscription.start(SCHOOL_TOPIC, position(10))
    scene.happens()
    frames = scene.topic.ring.frames_after(position(10))
    assert frames is not None
    assert scene.writer.written[0] is frames[0].wire


def test_a_replay_that_reached_into_a_frame_gets_that_frame_and_loses_nothing():
    scene = Scene()
    scene.happens(4)
    scene.subscription.start(SCHOOL_TOPIC, position(12))
    scene.happens()
    follower = scene.follower(at=12)
    assert (follower.seen, follower.losses) == ([13, 14, 15], 0)


def test_a_replay_that_reached_past_the_ring_waits_and_then_joins():
    scene = Scene()
    scene.subscription.start(SCHOOL_TOPIC, position(13))
    scene.happens(2)
    assert scene.writer.written == []
    scene.happens(3)
    follower = scene.follower(at=13)
    assert (follower.seen, follower.losses) == ([14, 15], 0)


def test_a_full_socket_is_written_nothing_until_it_drains():
    scene = Scene(reads=False)
    scene.subscription.start(SCHOOL_TOPIC, position(10))
    while scene.subscription.behind_since is None:
        scene.happens(note="n" * 4_000)
    before = len(scene.writer.written)
    scene.now_s = 105.0
    scene.happens(5)
    assert len(scene.writer.written) == before
    assert scene.subscription.behind_since == 100.0
    scene.writer.drain()
    assert scene.subscription.behind_since is None
    follower = scene.follower()
    assert (follower.seen, follower.losses) == (list(range(11, scene.seq + 1)), 0)


def test_a_socket_that_drains_too_late_is_told_to_take_a_snapshot():
    scene = Scene(reads=False, limits=TIGHT)
    scene.subscription.start(SCHOOL_TOPIC, position(10))
    while scene.subscription.behind_since is None:
        scene.happens(note="n" * 4_000)
    for _ in range(9):
        scene.happens()
    scene.writer.drain()
    scene.happens()
    (reset,) = scene.follower().resets
    assert reset == live.Reset("too_far_behind", SCHOOL_TOPIC, position(scene.seq - 1))
    assert scene.follower().losses == 0
    assert scene.follower().seen[-1] == scene.seq


def test_while_the_gate_is_shut_nothing_goes_out_and_the_socket_is_remembered():
    scene = Scene()
    scene.happens()
    scene.fresh = False
    scene.subscription.start(SCHOOL_TOPIC, position(10))
    assert scene.writer.written == []
    assert scene.gate.missed
    scene.fresh = True
    scene.subscription.on_drained()
    assert scene.follower().seen == [11]


def test_a_gate_held_by_hand_is_shut_however_fresh():
    gate = Gate(lambda: True)
    assert gate.open
    gate.held = True
    assert not gate.open


def test_a_closed_connection_is_written_nothing_and_raises_nothing():
    scene = Scene()
    scene.subscription.start(SCHOOL_TOPIC, position(10))
    scene.writer.open = False
    scene.happens(2)
    scene.subscription.tell(live.Bye(3.0))
    scene.subscription.reset(SCHOOL_TOPIC, "epoch")
    assert scene.writer.written == []


def test_a_topic_that_was_left_says_nothing_more():
    scene = Scene()
    scene.subscription.start(SCHOOL_TOPIC, position(10))
    scene.subscription.leave(SCHOOL_TOPIC)
    scene.happens()
    scene.subscription.reset(SCHOOL_TOPIC, "epoch")
    scene.subscription.start(SCHOOL_TOPIC, position(10))
    assert scene.writer.written == []


def test_a_big_message_of_the_gateway_makes_the_socket_wait_too():
    scene = Scene(reads=False)
    scene.subscription.start(SCHOOL_TOPIC, position(10))
    scene.subscription.write(b"x" * (HIGH_WATER + 1))
    scene.happens()
    assert len(scene.writer.written) == 1
    scene.writer.drain()
    assert len(scene.writer.written) == 2


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("happens"), st.integers(1, 12)),
            st.tuples(st.sampled_from(["drain", "shut", "open"]), st.just(0)),
        ),
        max_size=60,
    ),
    st.sampled_from([RingLimits(30_000, 8), RingLimits(200_000, 64)]),
)
def test_whatever_a_reader_does_it_sees_each_event_once_in_order_or_a_reset(
    steps: list[tuple[str, int]], limits: RingLimits
):
    scene = Scene(reads=False, limits=limits)
    scene.subscription.start(SCHOOL_TOPIC, position(10))
    for step, amount in [*steps, ("open", 0), *[("drain", 0)] * 40]:
        match step:
            case "happens":
                scene.happens(amount, note="n" * 1_500)
            case "drain":
                scene.writer.drain()
            case _:
                scene.fresh = step == "open"
                if scene.fresh:
                    scene.subscription.on_drained()
    follower = scene.follower()
    assert follower.losses == 0
    assert follower.seen == sorted(set(follower.seen))
    assert follower.position == scene.topic.ring.head
    assert follower.resets or follower.seen == list(range(11, scene.seq + 1))
    frame_bytes = 12 * 2_500
    assert scene.writer.most_unsent_bytes <= 2 * HIGH_WATER + frame_bytes
