"""Signing in and its neighbours: secrets are bounded, unknown things ignored, nothing invented."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from mobile_contract.people import (
    Activation,
    Employee,
    EmployeeChange,
    Page,
    PushTarget,
    RoleGrant,
    Session,
    SignedIn,
    SignIn,
)
from mobile_contract.words import MAX_PASSWORD_CHARACTERS

DEVICE = {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "name": "HP Sari", "platform": "android"}
SIGN_IN = {"nip": "199001012015032001", "password": "hujan di ladang", "device": DEVICE}


def test_a_newer_app_may_send_more_than_we_know() -> None:
    asked = SignIn.model_validate({**SIGN_IN, "theme": "dark", "device": {**DEVICE, "os": "16"}})
    assert asked.device.id == UUID(DEVICE["id"])
    assert asked.nip == "199001012015032001"


def test_a_password_keeps_its_spaces_and_has_a_limit() -> None:
    assert SignIn.model_validate({**SIGN_IN, "password": " dua  kata "}).password == " dua  kata "
    longest = "a" * MAX_PASSWORD_CHARACTERS
    assert SignIn.model_validate({**SIGN_IN, "password": longest}).password == longest
    with pytest.raises(ValidationError):
        SignIn.model_validate({**SIGN_IN, "password": longest + "a"})


@pytest.mark.parametrize("shape", [SignIn, Activation])
@pytest.mark.parametrize("field", ["nip", "password"])
def test_a_nul_is_refused_wherever_a_person_types(
    shape: type[SignIn] | type[Activation], field: str
) -> None:
    body = {**SIGN_IN, "code": "K7Q2-M9", field: "a\x00b"}
    with pytest.raises(ValidationError) as refused:
        shape.model_validate(body)
    assert [each["type"] for each in refused.value.errors()] == ["forbidden_character"]
    assert refused.value.errors()[0]["loc"] == (field,)


def test_the_answer_to_a_sign_in_has_the_names_of_the_contract() -> None:
    unit_id = UUID(int=1)
    employee = Employee(
        id=UUID(int=2), nip="1" * 18, name="Sari", unit_id=unit_id, unit_name="SD 1"
    )
    signed_in = SignedIn(access_token="a", refresh_token="r", expires_in=600, employee=employee)
    assert set(signed_in.model_dump()) == {
        "access_token",
        "refresh_token",
        "expires_in",
        "employee",
    }


def test_only_known_roles_are_granted_and_never_without_a_reason() -> None:
    grant = {"employee_id": UUID(int=1), "unit_id": UUID(int=2), "role": "hr", "reason": "SK 12"}
    assert RoleGrant.model_validate(grant).role == "hr"
    for wrong in ({"role": "owner"}, {"reason": "   "}):
        with pytest.raises(ValidationError):
            RoleGrant.model_validate(grant | wrong)


def test_a_change_says_what_was_given_and_what_was_left_alone() -> None:
    change = EmployeeChange.model_validate({"active": False, "reason": "pensiun"})
    assert change.model_fields_set == {"active", "reason"}


def test_a_push_target_has_a_bound() -> None:
    with pytest.raises(ValidationError):
        PushTarget.model_validate({"push_kind": "web_push", "push_target": "x" * 4_097})


def test_a_page_keeps_the_type_of_its_items() -> None:
    at = datetime(2026, 11, 2, tzinfo=UTC)
    session = Session(
        id=UUID(int=1), device_id=UUID(int=2), device_name="HP", platform="android",
        made_at=at, used_at=at, expires_at=at, current=True,
    )  # fmt: skip
    page = Page[Session](items=[session], next_cursor="x")
    assert Page[Session].model_validate_json(page.model_dump_json()) == page
