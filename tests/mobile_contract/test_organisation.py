"""Dates of an organisation: instants carry their zone, days do not, and lists have an end."""

from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from mobile_contract.organisation import NewHoliday, NewLeave, NewOutage, NewSupervision, Roster

NOON = "2026-11-02T12:00:00+07:00"
PEOPLE = {"unit_id": UUID(int=1), "supervisor_id": UUID(int=2)}


def test_a_head_is_definitive_and_without_an_end_unless_said_otherwise() -> None:
    head = NewSupervision.model_validate(PEOPLE | {"valid_from": NOON})
    assert (head.kind, head.valid_to, head.decree) == ("definitive", None, "")


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (NewSupervision, PEOPLE | {"valid_from": "2026-11-02T12:00:00"}),
        (NewSupervision, PEOPLE | {"valid_from": NOON, "kind": "temporary"}),
        (NewHoliday, {"on_date": NOON, "name": "Hari jadi kota"}),
        (NewLeave, {"employee_id": UUID(int=1), "starts_on": "2026-11-02"}),
        (NewOutage, {"starts_at": NOON, "ends_at": NOON, "reason": " "}),
        (Roster, {"starts_at": NOON, "ends_at": NOON, "shifts": [{}] * 2_001}),
    ],
)
def test_what_leaves_a_doubt_is_refused(shape: type[BaseModel], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        shape.model_validate(body)


def test_a_holiday_without_a_unit_is_everybodys() -> None:
    assert NewHoliday.model_validate({"on_date": "2026-12-01", "name": "Hari jadi"}).unit_id is None
