"""A small demo city at a fixed instant, made once; tests read it and change nothing."""

from datetime import UTC, datetime

import pytest

from denyut.demo.calendars import usual_weeks
from denyut.demo.city import CityOptions, DemoCity, made_city

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)  # a Tuesday afternoon in the city
SMALL = CityOptions(seed=7, scale=0.05)


@pytest.fixture(scope="session")
def city() -> DemoCity:
    """About 260 people in all the units of the whole city."""
    return made_city(SMALL, NOW, usual_weeks())
