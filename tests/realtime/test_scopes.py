"""Topics by today's rights."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models.rules.refusals import TopicNotAllowed
from realtime.principals import Principal, PrincipalOptions, Principals
from realtime.scopes import ScopeOptions, Scopes
from tests.builders import City, make_assignment, make_city, make_head, make_session

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def city(pool) -> City:
    return await make_city(pool)


@pytest.fixture
def scopes(pool) -> Scopes:
    return Scopes(pool, ScopeOptions())


async def principal(pool, employee_id) -> Principal:
    principals = Principals(pool, PrincipalOptions(), fresh=lambda: False)
    return await principals.principal(await make_session(pool, employee_id))


async def names(pool, scopes, employee_id) -> list[str]:
    return [topic.name for topic in await scopes.own_topics(await principal(pool, employee_id))]


async def test_staff_follow_themselves_and_heads_their_units(pool, city, scopes):
    assert await names(pool, scopes, city.ani) == [f"person:{city.ani}"]
    assert await names(pool, scopes, city.clinic_head) == [
        f"person:{city.clinic_head}",
        f"unit:{city.clinic}",
    ]
    assert set(await names(pool, scopes, city.mayor)) == {
        f"person:{city.mayor}",
        f"unit:{city.city}",
        f"unit:{city.health}",
        f"unit:{city.works}",
    }


async def test_a_personal_supervisor_follows_their_people(pool, city, scopes):
    await make_assignment(pool, city.dedi, city.clinic_head, valid_from=NOW - DAY)
    assert f"person:{city.dedi}" in await names(pool, scopes, city.clinic_head)


async def test_an_own_topic_is_whole_and_needs_no_filter(pool, city, scopes):
    (own,) = await scopes.own_topics(await principal(pool, city.ani))
    assert (own.own, own.whole, own.filtered, own.mode) == (True, True, False, "events")


@pytest.mark.parametrize(
    ("who", "topic", "allowed"),
    [
        ("ani", "person:ani", True),
        ("ani", "person:budi", False),
        ("ani", "unit:clinic", False),
        ("clinic_head", "unit:clinic", True),
        ("clinic_head", "person:ani", True),
        ("clinic_head", "unit:pharmacy", False),
        ("clinic_head", "unit:health", False),
        ("clinic_head", "person:health_head", False),
        ("health_head", "unit:clinic", True),
        ("health_head", "person:ani", True),
        ("health_head", "unit:roads", False),
        ("mayor", "unit:roads", True),
        ("hr", "unit:health", True),
        ("hr", "unit:clinic", True),
        ("hr", "person:ani", True),
        ("hr", "unit:works", False),
        ("hr", "person:dedi", False),
        ("city_hr", "unit:works", True),
        ("administrator", "unit:clinic", False),
        ("administrator", "person:ani", False),
    ],
)
async def test_one_more_topic_by_todays_rights(pool, city, scopes, who, topic, allowed):
    kind, _, name = topic.partition(":")
    wanted = f"{kind}:{getattr(city, name)}"
    asker = await principal(pool, getattr(city, who))
    if allowed:
        assert (await scopes.topic(asker, wanted)).name == wanted
    else:
        with pytest.raises(TopicNotAllowed):
            await scopes.topic(asker, wanted)


async def test_a_name_that_is_no_topic_is_not_allowed(pool, city, scopes):
    mayor = await principal(pool, city.mayor)
    for name in ("", "unit", "unit:", "unit:x", f"team:{uuid4()}", f"unit:{uuid4()}"):
        with pytest.raises(TopicNotAllowed):
            await scopes.topic(mayor, name)
    for name in (
        f"unit:{city.clinic.hex}",
        f"unit:{str(city.clinic).upper()}",
        f"person:{uuid4()}",
    ):
        with pytest.raises(TopicNotAllowed):
            await scopes.topic(mayor, name)


async def test_a_big_scope_is_rolled_up(pool, city):
    scopes = Scopes(pool, ScopeOptions(rollup_above_people=5))
    topics = await scopes.own_topics(await principal(pool, city.mayor))
    assert {topic.name: topic.mode for topic in topics} == {
        f"person:{city.mayor}": "events",
        f"unit:{city.city}": "events",
        f"unit:{city.health}": "rollup",
        f"unit:{city.works}": "events",
    }


async def test_what_the_other_head_reports_is_hidden(pool, city, scopes):
    await make_head(pool, city.clinic, city.budi, kind="acting", valid_from=NOW - DAY)
    acting = await scopes.own_topics(await principal(pool, city.budi))
    definitive = await scopes.own_topics(await principal(pool, city.clinic_head))
    above = await scopes.topic(await principal(pool, city.health_head), f"unit:{city.clinic}")
    assert acting[1].hidden == {city.clinic_head}
    assert definitive[1].hidden == {city.budi}
    assert above.hidden == frozenset()
    assert acting[1].filtered
    assert not acting[1].whole


async def test_what_a_head_of_before_reported_needs_a_look(pool, city, scopes):
    """They may have moved since, and then it stays with the line above."""
    head = await principal(pool, city.clinic_head)
    assert [topic.whole for topic in await scopes.own_topics(head)] == [True, True]
    start, end = datetime.now(UTC), datetime.now(UTC) + timedelta(microseconds=1)
    await make_head(pool, city.clinic, city.budi, kind="acting", valid_from=start, valid_to=end)
    later = await scopes.own_topics(await principal(pool, city.clinic_head))
    assert [topic.whole for topic in later] == [True, False]
    assert not any(topic.hidden for topic in later)
    above = await scopes.own_topics(await principal(pool, city.health_head))
    assert all(topic.whole for topic in above)


async def test_anothers_person_topic_is_filtered_for_its_notices(pool, city, scopes):
    topic = await scopes.topic(await principal(pool, city.clinic_head), f"person:{city.ani}")
    assert topic.filtered


async def test_what_was_asked_for_stays_where_it_is_allowed(pool, city, scopes):
    head = await principal(pool, city.health_head)
    asked = [f"person:{city.ani}", f"unit:{city.roads}", f"unit:{city.health}"]
    found = await scopes.every_topic(head, asked, {f"person:{city.health_head}"})
    assert [(topic.name, was_asked) for topic, was_asked in found] == [
        (f"unit:{city.health}", False),
        (f"person:{city.ani}", True),
    ]
