"""What people type is bounded, storable, and otherwise left as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from mobile_contract.words import (
    MAX_NAME_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    BaseVersion,
    CleanText,
    Day,
    Instant,
    Name,
    Prose,
    Reason,
    Wire,
    example,
)

CLEAN = TypeAdapter[str](CleanText)


def error_type(kind: object, value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    return refused.value.errors()[0]["type"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_every_storable_text_passes_unchanged(text: str) -> None:
    assert CLEAN.validate_python(text) == text


@pytest.mark.parametrize("kind", [CleanText, Name, Prose, Reason])
def test_nul_is_refused_by_its_own_name_and_in_json_too(kind: object) -> None:
    assert error_type(kind, "a\x00b") == "forbidden_character"
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_json('"a\\u0000b"')
    assert refused.value.errors()[0]["type"] == "forbidden_character"


@pytest.mark.parametrize("half", ["\ud800", "a\udc00b"])
def test_half_a_surrogate_pair_never_passes(half: str) -> None:
    assert error_type(CleanText, half) in {"forbidden_character", "string_unicode"}


def test_lengths_are_counted_in_characters_not_in_bytes() -> None:
    assert TypeAdapter(Prose).validate_python("é" * MAX_TEXT_CHARACTERS)
    assert error_type(Prose, "é" * (MAX_TEXT_CHARACTERS + 1)) == "string_too_long"
    assert error_type(Name, "n" * (MAX_NAME_CHARACTERS + 1)) == "string_too_long"


@pytest.mark.parametrize("version", [-1, 2**31, 10**30])
def test_a_version_is_what_the_database_can_count_to(version: int) -> None:
    assert error_type(BaseVersion, version) in {"greater_than_equal", "less_than_equal"}


def test_a_reason_of_spaces_is_none() -> None:
    assert error_type(Reason, "  \n ") == "string_too_short"


def test_an_instant_without_a_zone_is_refused() -> None:
    assert error_type(Instant, "2026-11-02T08:00:00") == "timezone_aware"


def test_a_shape_ignores_what_it_does_not_know_and_refuses_infinity() -> None:
    class Amount(Wire):
        quantity: float

    assert Amount.model_validate({"quantity": 1, "colour": "red"}).quantity == 1.0
    with pytest.raises(ValidationError):
        Amount.model_validate({"quantity": float("inf")})


@pytest.mark.parametrize(
    "written",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T00:00:00Z"],
)
def test_an_instant_at_the_end_of_time_is_refused_before_anybody_computes_with_it(
    written: str,
) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Instant).validate_json(f'"{written}"')
    assert refused.value.errors()[0]["type"] == "instant_range"
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_json(f'"{written[:10]}"')


def test_a_shape_is_published_with_its_examples_and_stays_a_wire_shape() -> None:
    class Amount(Wire):
        model_config = example({"quantity": 8}, {"quantity": 6.5})

        quantity: float

    assert Amount.model_json_schema()["examples"] == [{"quantity": 8}, {"quantity": 6.5}]
    assert Amount.model_config.get("frozen") is True
    assert Amount.model_config.get("extra") == "ignore"
