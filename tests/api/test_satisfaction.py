"""The index over HTTP: exact, of the days asked about, with its sample and its gaps shown."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from api.satisfaction import days_asked
from models.rules.periods import Days
from models.rules.refusals import InvalidValue
from models.rules.satisfaction import ELEMENTS
from tests.api.conftest import Signed
from tests.builders import City
from tests.making.survey import CONTENT, make_day, make_service

NOVEMBER = {"period": "2026-11"}
NOW = datetime(2026, 11, 30, 18, tzinfo=UTC)  # the first of December in Jakarta


async def test_the_golden_case(client: httpx.AsyncClient, city: City, signed: Signed, pool: Any):
    """955 over 29 responses is 91.48, grade A; and 29 of 1,000 are too few, and said to be."""
    service_id = await make_service(pool, city.clinic, yearly_users=1_000)
    await make_day(pool, service_id, date(2026, 11, 2), CONTENT, responses=28)
    await pool.execute(
        "UPDATE verdict_day SET responses = 29, "
        + ", ".join(f"{name} = {106 + (place < 1)}" for place, name in enumerate(ELEMENTS))
    )
    head = await signed(city.clinic_head)
    for path in (
        f"/v1/units/{city.clinic}/satisfaction",
        f"/v1/services/{service_id}/satisfaction",
    ):
        answer = (await client.get(path, params=NOVEMBER, headers=head)).json()
        assert (answer["index"], answer["grade"], answer["responses"]) == (91.48, "A", 29)
        assert answer["sample"] == {"population": 1_000, "needed": 278, "adequate": False}
        assert (answer["first"], answer["last"]) == ("2026-11-01", "2026-11-30")
        assert [each["element"] for each in answer["elements"]] == list(ELEMENTS)
        assert answer["elements"][0]["mean"] == 3.69
        assert (answer["trend"][-1]["period"], answer["trend"][-1]["index"]) == ("2026-11", 91.48)
        assert len(answer["trend"]) == 12


async def test_without_responses_everything_is_null_and_nothing_is_zero(
    client: httpx.AsyncClient, city: City, signed: Signed, pool: Any
):
    await make_service(pool, city.clinic)
    head = await signed(city.clinic_head)
    path = f"/v1/units/{city.clinic}/satisfaction"
    answer = (await client.get(path, params=NOVEMBER, headers=head)).json()
    assert (answer["index"], answer["grade"], answer["responses"]) == (None, None, 0)
    assert answer["sample"] == {"population": None, "needed": None, "adequate": None}
    assert {each["mean"] for each in answer["elements"]} == {None}
    assert {each["index"] for each in answer["trend"]} == {None}
    assert [each["index"] for each in answer["by_service"]] == [None]


async def test_a_unit_shows_its_services_and_the_units_below(
    client: httpx.AsyncClient, city: City, signed: Signed, pool: Any
):
    own = await make_service(pool, city.health, "Perizinan")
    below = await make_service(pool, city.clinic, "Rawat jalan")
    await make_day(pool, own, date(2026, 11, 2), dict.fromkeys(ELEMENTS, 2))
    await make_day(pool, below, date(2026, 11, 2), CONTENT, responses=3)
    head = await signed(city.health_head)
    path = f"/v1/units/{city.health}/satisfaction"
    days = {"first": "2026-11-02", "last": "2026-11-02"}
    answer = (await client.get(path, params=days, headers=head)).json()
    assert (answer["index"], answer["responses"]) == (87.5, 4)
    (service,), (unit,) = answer["by_service"], answer["by_unit"]
    assert (service["name"], service["index"], service["grade"]) == ("Perizinan", 50.0, "D")
    assert (unit["id"], unit["index"], unit["grade"]) == (str(city.clinic), 100.0, "A")
    before = {"first": "2026-11-01", "last": "2026-11-01"}
    answer = (await client.get(path, params=before, headers=head)).json()
    assert answer["responses"] == 0


async def test_spans_are_whole_and_sensible(client: httpx.AsyncClient, city: City, signed: Signed):
    head, path = await signed(city.health_head), f"/v1/units/{city.health}/satisfaction"
    for params in (
        {"period": "November"},
        {"first": "2026-11-01"},
        {"last": "2026-11-01"},
        {"first": "2026-11-02", "last": "2026-11-01"},
        {"first": "2020-11-02", "last": "2026-11-01"},
        {"period": "2026-11", "first": "2026-11-02"},
    ):
        answer = await client.get(path, params=params, headers=head)
        assert answer.json()["code"] == "invalid_value", params
    assert (await client.get(path, headers=head)).status_code == 200


def test_without_a_word_it_is_this_month_where_the_unit_is():
    assert days_asked(None, None, None, NOW, "Asia/Jakarta").first == date(2026, 12, 1)
    assert days_asked(None, None, None, NOW, "UTC").first == date(2026, 11, 1)


def test_days_are_taken_as_they_are_said():
    first, last = date(2026, 10, 15), date(2026, 11, 3)
    assert days_asked(None, first, last, NOW, "UTC") == Days(first, last)
    assert days_asked("2026-Q4", None, None, NOW, "UTC") == Days(
        date(2026, 10, 1), date(2026, 12, 31)
    )
    with pytest.raises(InvalidValue):
        days_asked("2026", first, last, NOW, "UTC")
