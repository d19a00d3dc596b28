"""What phones send about notices is bounded before anybody stores it."""

import pytest
from pydantic import ValidationError

from mobile_contract.notices import NoticePolicyChange, NoticePreferences, QuietHours


def test_wishes_are_empty_at_first_and_limited_in_number() -> None:
    assert NoticePreferences().preferences == []
    with pytest.raises(ValidationError):
        NoticePreferences.model_validate({"preferences": [{"enabled": True}] * 201})


@pytest.mark.parametrize("minute", [-1, 1440])
def test_a_minute_lies_within_a_day(minute: int) -> None:
    with pytest.raises(ValidationError):
        QuietHours(start_minute=minute, end_minute=0)


def test_a_policy_needs_a_reason_and_known_rungs() -> None:
    with pytest.raises(ValidationError):
        NoticePolicyChange.model_validate({"daily_cap": 3})
    with pytest.raises(ValidationError):
        NoticePolicyChange.model_validate({"rungs_off": ["stairs"], "reason": "coba"})
