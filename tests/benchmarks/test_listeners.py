"""Raw frames, counted: every event of every socket, whatever the network makes of the bytes."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.listeners import (
    TEXT,
    Listeners,
    Told,
    arrived,
    client_frame,
    content_of,
    frames_of,
    percentile,
)
from realtime.frames import text_frame

AT = "2026-11-24T07:00:00.000000Z"


def message(upto: int, events: int, note: str = "") -> bytes:
    """A frame of events as the service writes it."""
    made = [{"position": upto - place, "at": AT, "note": note} for place in range(events)]
    return json.dumps(
        {"type": "events", "topic": "unit:x", "prev": upto - 1, "upto": upto, "events": made}
    ).encode()


@given(st.lists(st.sampled_from([0, 1, 125, 126, 65_535, 65_536, 70_000]), max_size=5))
def test_whole_frames_of_every_length_are_found(sizes):
    data = b"".join(text_frame(b"x" * size) for size in sizes)
    assert [end - start for _, start, end in frames_of(data, 0)] == sizes
    assert all(opcode == TEXT for opcode, _, _ in frames_of(data, 0))


@pytest.mark.parametrize("size", [0, 5, 126, 70_000])
def test_a_cut_frame_is_not_there_yet(size):
    whole = text_frame(b"x" * size)
    for cut in {0, 1, len(whole) // 2, len(whole) - 1}:
        assert frames_of(whole[:cut], 0) == []


@pytest.mark.parametrize("size", [0, 125, 126, 5_000])
def test_a_client_frame_is_masked_with_zeros(size):
    sent = client_frame(TEXT, b"y" * size)
    assert sent[0] == 0x81
    assert sent[1] & 0x80
    assert sent.endswith(b"\0\0\0\0" + b"y" * size)


def test_events_are_counted_at_every_socket():
    listeners = Listeners(Told(0, "/", [[]] * 3, 0))
    for _ in range(3):
        listeners.took(message(16, 1), 1_800_000_000.0)
        listeners.took(message(32, 2), 1_800_000_000.0)
        listeners.took(b'{"type":"welcome"}', 0.0)
    report = listeners.report()
    assert (report["frames"], report["events"]) == (6, 9)
    assert json.loads(report["sample"])["upto"] == 16
    assert listeners.report()["events"] == 0


def test_long_frames_are_told_apart_by_their_beginning():
    listeners = Listeners(Told(0, "/", [[]], 0))
    listeners.took(message(16, 3, "x" * 3_000), 0.0)
    listeners.took(message(160, 5, "x" * 3_000), 0.0)
    assert listeners.report()["events"] == 8


def test_a_latency_is_counted_from_the_events_own_instant():
    (made_s,) = content_of(message(16, 1)).ats_s
    listeners = Listeners(Told(0, "/", [[]], 0))
    listeners.took(message(16, 1), made_s + 0.25)
    assert listeners.report()["p99_ms"] == pytest.approx(250.0)


async def test_waiting_ends_when_everything_has_arrived():
    listeners = Listeners(Told(0, "/", [[]], 0))
    waiting = asyncio.create_task(arrived(listeners, 2))
    listeners.took(message(16, 1), 0.0)
    await asyncio.sleep(0.05)
    assert not waiting.done()
    listeners.took(message(32, 1), 0.0)
    await waiting


def test_the_percentile_of_nothing_is_nothing():
    assert percentile([], 0.99) == 0.0
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2.0
