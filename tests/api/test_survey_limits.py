"""Answers are bounded by address and by point; a flood is refused at no cost."""

import pytest

from api.survey_limits import SurveyLimits, SurveyOptions
from models.rules.refusals import TooManyAttempts


async def taken(limits: SurveyLimits, address: str, code: str = "AAAA1111") -> bool:
    try:
        await limits.answered(address, code)
    except TooManyAttempts:
        return False
    return True


async def test_an_address_sends_twenty_a_minute_and_others_are_not_held_up():
    limits = SurveyLimits()
    outcomes = [await taken(limits, "192.0.2.7") for _ in range(300)]
    assert outcomes == [True] * 20 + [False] * 280
    assert await taken(limits, "192.0.2.8")


async def test_an_address_sends_so_many_a_day():
    limits = SurveyLimits(SurveyOptions(address_minute=1_000))
    assert sum([await taken(limits, "192.0.2.7") for _ in range(300)]) == 200


async def test_a_whole_network_of_one_customer_is_one_address():
    limits = SurveyLimits(SurveyOptions(address_minute=1))
    assert await taken(limits, "2001:db8::1")
    assert not await taken(limits, "2001:db8::2")
    assert await taken(limits, "2001:db8:0:1::1")


async def test_a_point_takes_so_many_from_wherever_they_come():
    limits = SurveyLimits(SurveyOptions(point_minute=3))
    outcomes = [await taken(limits, f"192.0.2.{number}") for number in range(5)]
    assert outcomes == [True, True, True, False, False]
    assert await taken(limits, "192.0.2.9", "BBBB1111")


async def test_the_refusal_says_when_the_next_is_taken():
    limits = SurveyLimits(SurveyOptions(address_minute=1))
    await limits.answered("192.0.2.7", "AAAA1111")
    with pytest.raises(TooManyAttempts) as refusal:
        await limits.answered("192.0.2.7", "AAAA1111")
    wait_s = refusal.value.details["retry_after_s"]
    assert isinstance(wait_s, int)
    assert 1 <= wait_s <= 60


async def test_looks_are_counted_by_themselves():
    limits = SurveyLimits(SurveyOptions(look_minute=2, address_minute=1))
    await limits.looked("192.0.2.7")
    await limits.looked("192.0.2.7")
    with pytest.raises(TooManyAttempts):
        await limits.looked("192.0.2.7")
    assert await taken(limits, "192.0.2.7")
