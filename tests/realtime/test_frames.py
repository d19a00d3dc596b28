"""Bytes joined by hand are exactly what the wire contract describes."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from mobile_contract import live
from models.rules import receipts
from models.rules.flags import ReportFlag
from realtime.frames import (
    encoded,
    frame,
    payloads_of,
    rollup_message,
    text_frame,
    topics_of,
)
from tests.realtime.feeds import (
    AGENCY,
    AGENCY_TOPIC,
    EMPLOYEE,
    EMPLOYEE_TOPIC,
    NOON,
    SCHOOL,
    SCHOOL_TOPIC,
    SHARD,
    event,
    messages,
    personal_notice,
    position,
)


def decoded(json: bytes) -> live.Event:
    return msgspec.json.decode(json, type=live.Event)


def test_a_report_says_where_it_stands_and_carries_its_receipt():
    row = event(7, flags=ReportFlag.LATE | ReportFlag.CLOCK_WRONG, note="lima jam pelajaran")
    made = encoded(row)
    said = decoded(made.json)
    assert (made.shard, made.seq, made.kind, made.employee_id) == (SHARD, 7, "report", EMPLOYEE)
    assert made.position == said.position == position(7)
    assert said.at == row.at
    assert said.unit_id == SCHOOL
    assert said.receipt == receipts.encode(SHARD, 7)
    assert said.flags == ["clock_wrong", "late"]
    assert said.progress == live.Progress(row.target_id, 96.0, 10.0, 2.5, "on_track")
    assert msgspec.json.decode(said.content) == {"note": "lima jam pelajaran", "seq": 7}


@pytest.mark.parametrize("kind", ["revision", "withdrawal", "approval", "return", "slip"])
def test_only_a_report_has_a_receipt(kind: str):
    assert decoded(encoded(event(7, kind=kind)).json).receipt is None


def test_an_event_goes_to_its_units_from_the_agency_down_and_to_its_person():
    assert topics_of(event(1)) == (AGENCY_TOPIC, SCHOOL_TOPIC, EMPLOYEE_TOPIC)
    assert topics_of(event(1, unit_id=AGENCY)) == (AGENCY_TOPIC, EMPLOYEE_TOPIC)
    assert encoded(event(1)).topics == topics_of(event(1))


def test_a_personal_notice_goes_to_its_person_alone():
    row = personal_notice(9)
    assert topics_of(row) == (EMPLOYEE_TOPIC,)
    said = decoded(encoded(row).json)
    assert said.unit_id is None
    assert said.progress is None


@given(st.lists(st.text(max_size=40), max_size=5))
def test_a_frame_is_an_events_message(notes: list[str]):
    made = [encoded(event(seq, note=note)) for seq, note in enumerate(notes, start=5)]
    joined = frame(SCHOOL_TOPIC, position(4), position(20), (one.json for one in made))
    said = msgspec.json.decode(joined, type=live.ServerMessage)
    expected = [decoded(one.json) for one in made]
    assert isinstance(said, live.Events)
    assert (said.topic, said.prev, said.upto) == (SCHOOL_TOPIC, position(4), position(20))
    assert [msgspec.json.encode(one) for one in said.events] == [
        msgspec.json.encode(one) for one in expected
    ]
    assert joined == msgspec.json.encode(
        live.Events(SCHOOL_TOPIC, position(4), position(20), expected)
    )


def test_a_roll_up_is_a_rollup_message():
    rows = [live.RollupRow(SCHOOL, 3, 2, 1, 0, NOON), live.RollupRow(AGENCY, 0, 0, 0, 0)]
    sample = [encoded(event(5)).json, encoded(event(6)).json]
    joined = rollup_message(AGENCY_TOPIC, position(6), NOON, rows, sample)
    assert joined == msgspec.json.encode(
        live.Rollup(AGENCY_TOPIC, position(6), NOON, rows, [decoded(one) for one in sample])
    )


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_text_frame_is_read_by_a_websocket_client(size: int):
    client = ClientProtocol(parse_uri("ws://denyut.test/"), state=State.OPEN, max_size=None)
    client.receive_data(text_frame(b"a" * size))
    (received,) = client.events_received()
    assert received == WebSocketFrame(Opcode.TEXT, b"a" * size)


@given(st.lists(st.text(max_size=200)), st.integers(0, 70_000))
def test_frames_are_taken_apart_again(texts: list[str], size: int):
    texts.append("x" * size)
    assert payloads_of(b"".join(text_frame(text.encode()) for text in texts)) == texts


def test_messages_reads_every_kind():
    wire = text_frame(msgspec.json.encode(live.Reset("epoch"))) * 2
    assert messages(wire) == [live.Reset("epoch")] * 2
