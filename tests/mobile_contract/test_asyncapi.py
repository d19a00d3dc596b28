"""The live document: whole, without loose ends, and true to the messages."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from mobile_contract.asyncapi import CLOSE_CODES, asyncapi, tag_of
from mobile_contract.schemas import CLIENT_MESSAGES, SERVER_MESSAGES

DOCUMENT = asyncapi()


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def resolved(reference: str) -> Any:
    value: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        value = value[step]
    return value


def test_it_has_what_the_standard_asks_for() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= DOCUMENT["info"].keys()
    (channel,) = DOCUMENT["channels"].values()
    assert channel["address"] == "/v1/live"
    for operation in DOCUMENT["operations"].values():
        assert operation["action"] in {"send", "receive"}
        assert resolved(operation["channel"]["$ref"]) is channel
        for message in operation["messages"]:  # the standard wants them by way of the channel
            assert message["$ref"].startswith("#/channels/live/messages/")


def test_every_reference_leads_somewhere() -> None:
    for reference in references(DOCUMENT):
        assert resolved(reference)


def test_the_service_hears_what_clients_say_and_tells_the_rest() -> None:
    told = {
        name: {each["$ref"].rpartition("/")[2] for each in operation["messages"]}
        for name, operation in DOCUMENT["operations"].items()
    }
    assert told == {
        "hear": {tag_of(shape) for shape in CLIENT_MESSAGES},
        "tell": {tag_of(shape) for shape in SERVER_MESSAGES},
    }


def test_every_message_has_examples_that_keep_its_own_schema() -> None:
    for message in DOCUMENT["components"]["messages"].values():
        validator = Draft202012Validator(
            {**message["payload"], "components": DOCUMENT["components"]}
        )
        assert message["examples"]
        for example in message["examples"]:
            validator.validate(example["payload"])


def test_every_close_code_is_explained() -> None:
    assert set(CLOSE_CODES) == {1012, 4400, 4401, 4403, 4408}
    assert set(DOCUMENT["x-close-codes"]) == {str(code) for code in CLOSE_CODES}
