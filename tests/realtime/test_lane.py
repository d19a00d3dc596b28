"""Whatever order events arrive in, they leave in order, each once."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.lane import WINDOW, Lane
from tests.realtime.feeds import SHARD, event

arrivals = st.lists(st.lists(st.integers(1, 30), max_size=6), max_size=20)


def lane_at(head: int) -> Lane:
    lane = Lane(SHARD)
    lane.heard(head)
    return lane


@given(arrivals)
def test_any_arrival_leaves_in_order_without_a_hole(batches: list[list[int]]):
    lane = lane_at(0)
    taken: list[int] = []
    for batch in batches:
        lane.put(event(seq) for seq in batch)
        taken += [row.seq for row in lane.take()]
    arrived = {seq for batch in batches for seq in batch}
    reach = next(seq for seq in range(1, 32) if seq not in arrived) - 1
    assert taken == list(range(1, reach + 1))
    assert lane.head == reach
    assert lane.known == max(arrived, default=0)


@given(arrivals, st.integers(1, 7))
def test_filling_each_gap_gives_every_event_once(batches: list[list[int]], limit: int):
    lane = lane_at(0)
    taken: list[int] = []
    for batch in batches:
        lane.put(event(seq) for seq in batch)
        taken += [row.seq for row in lane.take()]
    lane.heard(33)
    while (gap := lane.gap(limit)) is not None:
        after, upto = gap
        assert 0 < upto - after <= limit
        lane.put(event(seq) for seq in range(after + 1, upto + 1))
        taken += [row.seq for row in lane.take()]
    assert taken == list(range(1, 34))
    assert not lane.behind


def test_the_first_event_ever_settles_where_the_lane_begins():
    lane = Lane(SHARD)
    lane.put([event(500), event(501)])
    assert [row.seq for row in lane.take()] == [500, 501]


def test_only_a_window_is_held_behind_a_gap_and_the_rest_is_read_again():
    lane = lane_at(0)
    lane.put([event(WINDOW + 1), event(WINDOW)])
    assert lane.known == WINDOW + 1
    assert lane.gap(10 * WINDOW) == (0, WINDOW - 1)
    lane.put(event(seq) for seq in range(1, WINDOW))
    assert len(lane.take()) == WINDOW
    assert lane.gap(10) == (WINDOW, WINDOW + 1)


def test_what_retention_dropped_before_it_came_is_lost_and_the_lane_goes_on():
    lane = lane_at(10)
    lane.put([event(15), event(21)])
    assert not lane.lost(10)
    assert lane.lost(20)
    assert [row.seq for row in lane.take()] == [21]
    assert not lane.behind


def test_a_doubted_lane_waits_for_the_database_to_speak_of_more():
    lane = lane_at(10)
    lane.put([event(900)])
    lane.doubt(10)
    assert not lane.behind
    lane.heard(11)
    assert lane.gap(10) == (10, 11)


def test_a_restart_may_go_back():
    lane = lane_at(10)
    lane.put([event(12)])
    lane.restart(4)
    assert (lane.head, lane.behind) == (4, False)
    lane.put([event(5)])
    assert [row.seq for row in lane.take()] == [5]


def test_an_unknown_lane_has_no_gap_and_gives_nothing():
    lane = Lane(SHARD)
    assert lane.gap(10) is None
    assert lane.take() == []
    assert not lane.behind
    assert not lane.lost(5)
