"""Exports on the wire: what is asked for is bounded, and what is shown has examples."""

from uuid import uuid4

import pytest
from pydantic import BaseModel, ValidationError

from mobile_contract.exports import ExportView, NewExport, VerifiedDocument


def asked(**changed: object) -> NewExport:
    body = {"id": uuid4(), "kind": "person_recap", "period": "2026-Q3"} | changed
    return NewExport.model_validate(body)


def test_a_paper_in_indonesian_is_what_is_meant_where_nothing_is_said() -> None:
    assert (asked().format, asked().language) == ("pdf", "id")


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "my_data"},
        {"kind": "everything"},
        {"format": "doc"},
        {"period": "2" * 99},
        {"language": "nl"},
        {"id": "satu"},
    ],
)
def test_what_there_is_not_is_not_read(changed: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        asked(**changed)


@pytest.mark.parametrize("shape", [NewExport, ExportView, VerifiedDocument])
def test_the_contract_shows_how_it_looks(shape: type[BaseModel]) -> None:
    shown = [
        each for each in shape.model_json_schema()["properties"].values() if "examples" in each
    ]

    assert shown
