"""Headships of the past."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from models.queries.headships import PastHeadship, headships_of, units_with_superiors
from tests.builders import make_city, make_head

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


async def test_every_headship_ever_is_known(pool):
    city = await make_city(pool, NOW)
    await make_head(
        pool, city.roads, city.clinic_head, kind="acting", valid_from=NOW - DAY, valid_to=NOW
    )
    found = await headships_of(pool, [city.clinic_head, city.ani, uuid4()])
    assert set(found) == {city.clinic_head}
    assert {each.unit_id for each in found[city.clinic_head]} == {city.clinic, city.roads}


async def test_units_where_somebody_worked_who_headed_as_high_as_the_viewer(pool):
    city = await make_city(pool, NOW)

    async def mixed(viewer: str, headed: str, since: datetime) -> set[str]:
        units = {getattr(city, name): name for name in ("city", "health", "clinic", "pharmacy")}
        found = await units_with_superiors(
            pool, units, [getattr(city, headed)], getattr(city, viewer), since
        )
        return {units[unit_id] for unit_id in found}

    # The mayor sits in the city's own row, the head of the agency in the agency's.
    assert await mixed("clinic_head", "clinic", NOW) == {"city", "health"}
    assert await mixed("mayor", "city", NOW) == set()
    await make_head(
        pool, city.clinic, city.budi, kind="acting", valid_from=NOW - DAY, valid_to=NOW - DAY / 2
    )
    assert await mixed("clinic_head", "clinic", NOW) == {"city", "health"}
    assert await mixed("clinic_head", "clinic", NOW - DAY) == {"city", "health", "clinic"}
    assert await mixed("health_head", "health", NOW - DAY) == {"city"}


def test_a_headship_holds_from_its_first_instant_to_before_its_last():
    dated = PastHeadship(uuid4(), NOW, NOW + DAY)
    assert dated.holds_at(NOW)
    assert not dated.holds_at(NOW - timedelta(microseconds=1))
    assert not dated.holds_at(NOW + DAY)
    assert PastHeadship(uuid4(), NOW, None).holds_at(NOW + 1_000 * DAY)
