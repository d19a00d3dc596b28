"""Positions name a place and grow along a topic; messages are told apart by their type."""

from typing import get_args
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_contract.live import (
    SHARDS,
    ClientMessage,
    Event,
    Hello,
    ServerMessage,
    Welcome,
    person_topic,
    place_of,
    position_of,
    unit_topic,
)

SHARD = st.integers(0, SHARDS - 1)
SEQ = st.integers(0, 2**63 - 1)


@given(SHARD, SEQ)
def test_a_position_is_one_place_and_back(shard: int, seq: int) -> None:
    assert place_of(position_of(shard, seq)) == (shard, seq)


@given(SHARD, SEQ, SEQ)
def test_positions_of_a_shard_grow_with_their_numbers(shard: int, one: int, other: int) -> None:
    assert (position_of(shard, one) < position_of(shard, other)) == (one < other)


def test_topics_are_told_apart() -> None:
    assert unit_topic(UUID(int=1)) != person_topic(UUID(int=1))
    assert unit_topic(UUID(int=1)).startswith("unit:")
    assert person_topic(UUID(int=1)).startswith("person:")


@pytest.mark.parametrize("union", [ClientMessage, ServerMessage])
def test_every_message_has_a_type_of_its_own(union: object) -> None:
    shapes = get_args(union)
    assert len({shape.__struct_config__.tag for shape in shapes}) == len(shapes)
    assert {shape.__struct_config__.tag_field for shape in shapes} == {"type"}


def test_what_a_client_says_is_no_word_of_the_service() -> None:
    hello = msgspec.json.encode(Hello("t"))
    assert msgspec.json.decode(hello, type=ClientMessage) == Hello("t")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(hello, type=ServerMessage)
    assert Welcome not in get_args(ClientMessage)


def test_an_event_says_only_what_there_is_to_say() -> None:
    text = b'{"position":16,"kind":"notice","at":"2026-11-02T05:00:00Z","employee_id":"%s"}'
    text %= str(UUID(int=1)).encode()
    event = msgspec.json.decode(text, type=Event)
    assert (event.unit_id, event.flags, event.progress) == (None, [], None)
    assert msgspec.json.encode(event) == text
