"""The examples and the real codecs agree, word for word."""

import hashlib
import json
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from mobile_contract.cards import Gap, TopicState, plain
from mobile_contract.contents import content_of
from mobile_contract.golden import (
    MSGSPEC_SHAPES,
    PYDANTIC_SHAPES,
    decoded,
    encoded,
    shape_examples,
    vectors,
)
from mobile_contract.live import Events, TopicSnapshot
from mobile_contract.reports import NewReport, body_hash
from mobile_contract.schemas import CLIENT_MESSAGES, HTTP_SHAPES, SERVER_MESSAGES, components, ref
from models.rules import receipts
from models.rules.refusals import InvalidValue, Refusal
from realtime.captures import check_quantity, check_text

EXAMPLES = shape_examples()
HASHES = {case["name"]: case for case in vectors("hashes")["cases"]}
CARDS = {case["name"]: case for case in vectors("cards")["cases"]}
RECEIPTS = vectors("receipts")


def test_every_shape_and_every_message_has_an_example() -> None:
    assert {example.shape for example in EXAMPLES.values()} == {*MSGSPEC_SHAPES, *PYDANTIC_SHAPES}
    tags = {str(each.__struct_config__.tag) for each in (*CLIENT_MESSAGES, *SERVER_MESSAGES)}
    messages = [each for each in EXAMPLES.values() if each.shape.endswith("Message")]
    assert {each.value["type"] for each in messages} == tags


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_read_and_written_by_its_codec(name: str) -> None:
    example = EXAMPLES[name]
    read = decoded(example.shape, example.value)
    if example.exact:
        assert encoded(read) == example.value
    assert decoded(example.shape, encoded(read)) is not None


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_keeps_the_published_schema(name: str) -> None:
    example = EXAMPLES[name]
    schemas = components([*HTTP_SHAPES, *CLIENT_MESSAGES, *SERVER_MESSAGES])
    if example.shape in schemas:
        place = {"$ref": f"#/components/schemas/{example.shape}"}
    elif example.shape.endswith("Message"):
        shapes = CLIENT_MESSAGES if example.shape == "ClientMessage" else SERVER_MESSAGES
        place = {"oneOf": [ref(shape) for shape in shapes]}
    else:
        place = {}
    Draft202012Validator({**place, "components": {"schemas": schemas}}).validate(example.value)


def test_every_content_is_what_its_kind_promises() -> None:
    frame = decoded("ServerMessage", EXAMPLES["events_of_every_kind"].value)
    assert isinstance(frame, Events)
    assert len({event.kind for event in frame.events}) == 10
    for event in frame.events:
        said = content_of(event)
        assert said is not None
        written = json.loads(msgspec.json.encode(said))
        assert written.keys() == msgspec.json.decode(event.content).keys()


@pytest.mark.parametrize("name", HASHES)
def test_a_body_hash_never_changes(name: str) -> None:
    case = HASHES[name]
    assert body_hash(decoded(case["shape"], case["json"])).hex() == case["sha256"]
    same = name == "report" or name.startswith("the_same_")
    assert (case["sha256"] == HASHES["report"]["sha256"]) == same


def test_a_body_hash_is_over_the_known_fields_in_their_order() -> None:
    report = decoded("NewReport", HASHES["report"]["json"])
    assert isinstance(report, NewReport)
    expected = hashlib.sha256(msgspec.msgpack.encode(report)).hexdigest()
    assert HASHES["report"]["sha256"] == expected


@pytest.mark.parametrize("name", CARDS)
def test_frames_lead_from_snapshot_to_snapshot(name: str) -> None:
    case = CARDS[name]
    state: TopicState | Gap = TopicState.from_snapshot(
        msgspec.json.decode(json.dumps(case["snapshot"]), type=TopicSnapshot), case["limit"]
    )
    for frame in case["frames"]:
        assert isinstance(state, TopicState)
        state = state.apply(msgspec.json.decode(json.dumps(frame), type=Events))
    if case.get("gap"):
        assert isinstance(state, Gap)
    else:
        assert isinstance(state, TopicState)
        assert plain(state.as_snapshot()) == case["expected"]


def judge(report: NewReport) -> None:
    check_text(report.note, "note")
    check_quantity(report.quantity)


@pytest.mark.parametrize("case", vectors("refused_reports")["cases"], ids=lambda case: case["name"])
def test_what_no_report_can_be_is_refused_by_its_code(case: dict[str, Any]) -> None:
    if case["code"] == "malformed":
        with pytest.raises(msgspec.DecodeError) as refused:
            msgspec.json.decode(case["body"], type=NewReport)
        if "field" in case:
            assert f"$.{case['field']}" in str(refused.value)
        return
    report = msgspec.json.decode(case["body"], type=NewReport)
    with pytest.raises(Refusal) as judged:
        judge(report)
    assert judged.value.code == case["code"]
    assert judged.value.details.get("field") == case.get("field")


@pytest.mark.parametrize("case", RECEIPTS["cases"], ids=lambda case: case["receipt"])
def test_a_receipt_is_a_position(case: dict[str, Any]) -> None:
    assert receipts.encode(case["shard"], case["seq"]) == case["receipt"]
    assert receipts.decode(case["receipt"]) == (case["shard"], case["seq"])


def test_a_receipt_is_read_as_people_type_it() -> None:
    for case in RECEIPTS["typed"]:
        assert receipts.decode(case["typed"]) == receipts.decode(case["receipt"])
    for typed in RECEIPTS["refused"]:
        with pytest.raises(InvalidValue):
            receipts.decode(typed)
