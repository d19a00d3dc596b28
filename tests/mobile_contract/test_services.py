"""Services on the wire: bounded counts, and nothing that a database cannot hold."""

import pytest
from pydantic import ValidationError

from mobile_contract.services import MOST_VISIT_CODES, NewService, NewVisitCodes, ServiceChange


@pytest.mark.parametrize("count", [0, -1, MOST_VISIT_CODES + 1])
def test_visit_codes_are_made_by_the_sheet(count: int):
    with pytest.raises(ValidationError):
        NewVisitCodes(count=count, days=1)


def test_users_are_some_or_unknown():
    assert NewService(name="KTP-el").yearly_users is None
    with pytest.raises(ValidationError):
        NewService(name="KTP-el", yearly_users=0)


def test_null_is_told_from_nothing_said():
    assert ServiceChange.model_validate({"yearly_users": None}).model_fields_set == {"yearly_users"}
    assert ServiceChange.model_validate({}).model_fields_set == set()


@pytest.mark.parametrize("name", ["", "  ", "a\x00", "x" * 201])
def test_a_name_is_a_name(name: str):
    with pytest.raises(ValidationError):
        NewService(name=name)
