"""The board: the scope of today, worst first, with what waits and who was heard of."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import httpx

from api.pages import cursor_of
from tests.api.conftest import Signed
from tests.api.test_reports import id_of
from tests.builders import City, decide, make_assignment, make_head, make_report


async def stand(
    pool: asyncpg.Pool, city: City, who: UUID, state: str, hours: float | None = None
) -> None:
    """Puts somebody's target into a state since, or until, so many hours from now."""
    at = None if hours is None else datetime.now(UTC) + timedelta(hours=hours)
    column = "state_since" if state == "slipped" else "slips_at"
    await pool.execute(
        f"UPDATE target_pace SET state = $2, {column} = $3 WHERE target_id = $1",
        city.targets[who],
        state,
        at,
    )


async def test_the_worst_off_come_first_and_pages_keep_that_order(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await stand(pool, city, city.ani, "at_risk", 5)
    await stand(pool, city, city.budi, "slipped", -2)
    await stand(pool, city, city.citra, "slipped", -30)
    await stand(pool, city, city.pharmacy_head, "achieved")
    await stand(pool, city, city.clinic_head, "on_track", 90)
    headers = await signed(city.health_head)
    names, cursor = [], None
    while True:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/board", params=asked, headers=headers)).json()
        names += [person["name"] for person in page["people"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert names == ["Citra", "Budi", "Ani", "Clinic Head", "Pharmacy Head"]
    assert (page["total_people"], page["slipped"], page["at_risk"]) == (5, 2, 1)


async def test_the_other_head_of_a_unit_is_neither_shown_nor_counted(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    """What a head does goes up the line, also while somebody else acts for them."""
    since = datetime.now(UTC) - timedelta(days=1)
    await make_head(pool, city.clinic, city.budi, kind="acting", valid_from=since)
    await stand(pool, city, city.clinic_head, "slipped", -2)
    await make_report(pool, city.clinic_head, city.targets[city.clinic_head])
    for asked in ({}, {"unit": str(city.clinic)}):
        answer = await client.get("/v1/board", params=asked, headers=await signed(city.budi))
        page = answer.json()
        assert [person["name"] for person in page["people"]] == ["Ani"]
        assert (page["total_people"], page["slipped"], page["waiting"]) == (1, 0, 0)
    above = (await client.get("/v1/board", headers=await signed(city.health_head))).json()
    assert above["slipped"] == 1


async def test_a_person_comes_with_targets_waiting_reports_and_last_contact(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    first = await make_report(pool, city.ani, city.targets[city.ani], quantity=2)
    await make_report(pool, city.ani, city.targets[city.ani], quantity=3)
    await decide(pool, city.clinic_head, id_of(first))
    heard_at = datetime.now(UTC)
    await pool.execute("INSERT INTO last_contact VALUES ($1, $2)", city.ani, heard_at)
    page = (await client.get("/v1/board", headers=await signed(city.clinic_head))).json()
    by_name = {person["name"]: person for person in page["people"]}
    assert set(by_name) == {"Ani", "Budi"}
    ani, budi = by_name["Ani"], by_name["Budi"]
    assert (ani["waiting"], budi["waiting"], page["waiting"]) == (1, 0, 1)
    (target,) = ani["targets"]
    assert (target["pace"]["approved"], target["pace"]["pending"]) == (2.0, 3.0)
    assert datetime.fromisoformat(ani["last_contact_at"]) == heard_at
    assert ani["last_report_at"] is not None
    assert (budi["last_contact_at"], budi["last_report_at"]) == (None, None)


async def test_it_says_whose_reports_are_mine_to_decide(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    """Whoever stands higher sees everybody below and decides for those right below."""
    above = (await client.get("/v1/board", headers=await signed(city.health_head))).json()
    mine = {person["name"] for person in above["people"] if person["decided_by_me"]}
    assert {person["name"] for person in above["people"]} > mine
    assert {"Clinic Head", "Pharmacy Head"} <= mine
    assert "Ani" not in mine
    near = (await client.get("/v1/board", headers=await signed(city.clinic_head))).json()
    assert all(person["decided_by_me"] for person in near["people"])


async def test_people_without_a_running_target_stand_last_and_are_not_forgotten(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=200)
    await pool.execute(
        "UPDATE target_pace SET period_end = $2 WHERE target_id = $1",
        city.targets[city.ani],
        long_ago,
    )
    page = (await client.get("/v1/board", headers=await signed(city.clinic_head))).json()
    assert [(person["name"], len(person["targets"])) for person in page["people"]] == [
        ("Budi", 1),
        ("Ani", 0),
    ]


async def test_one_unit_of_the_scope_can_be_asked_for_and_no_other(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.health_head)
    inside = await client.get("/v1/board", params={"unit": str(city.pharmacy)}, headers=headers)
    names = {person["name"] for person in inside.json()["people"]}
    assert names == {"Pharmacy Head", "Citra"}
    for unit in (city.works, city.city):
        outside = await client.get("/v1/board", params={"unit": str(unit)}, headers=headers)
        assert outside.status_code == 403


async def test_an_employee_has_an_empty_board_and_an_administrator_too(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    for who in (city.ani, city.administrator):
        page = (await client.get("/v1/board", headers=await signed(who))).json()
        assert (page["people"], page["total_people"]) == ([], 0)


async def test_people_assigned_in_person_are_on_the_board(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await make_assignment(pool, city.dedi, city.citra, valid_from=yesterday)
    page = (await client.get("/v1/board", headers=await signed(city.citra))).json()
    assert [person["name"] for person in page["people"]] == ["Dedi"]


async def test_a_look_is_written_down_for_the_units_looked_at(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await client.get("/v1/board", headers=await signed(city.health_head))
    views = await pool.fetch("SELECT viewer_id, unit_id, what FROM data_view")
    assert [tuple(view) for view in views] == [(city.health_head, city.health, "board")]


async def test_a_cursor_from_elsewhere_is_refused(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.mayor)
    answer = await client.get("/v1/board", params={"cursor": "bm9uZQ"}, headers=headers)
    assert answer.json()["code"] == "invalid_cursor"
    assert (await client.get("/v1/board?limit=101", headers=headers)).status_code == 422


async def test_a_cursor_with_a_rank_that_is_none_is_refused(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    forged = cursor_of(10**12, datetime.now(UTC), city.ani)
    headers = await signed(city.mayor)
    answer = await client.get("/v1/board", params={"cursor": forged}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")
