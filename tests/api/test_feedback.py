"""Feedback: once for an id, at once on the live feed, and acknowledged by its reader alone."""

import json
from uuid import UUID, uuid4

import asyncpg
import httpx

from tests.api.conftest import Heard, Signed
from tests.api.test_reports import reported
from tests.builders import City, make_feedback, move_employee


def praise(**changed: str) -> dict[str, str]:
    return {"id": str(uuid4()), "kind": "praise", "text": "Bagus sekali"} | changed


async def test_a_word_on_a_report_reaches_the_feed_with_its_author(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    report_id, body = await reported(pool, city), praise(next_step="Tulis juga kendalanya")
    answer = await client.post(
        f"/v1/reports/{report_id}/feedback", json=body, headers=await signed(city.health_head)
    )
    assert (answer.status_code, answer.json()["author_name"]) == (201, "Health Head")
    (row,) = heard.events
    content = json.loads(row.content)
    assert (row.kind, row.employee_id) == ("feedback", city.ani)
    assert row.target_id == city.targets[city.ani]
    assert content["feedback_id"] == body["id"]
    assert content["next_step"] == "Tulis juga kendalanya"


async def test_the_same_id_again_is_one_feedback_and_other_words_are_a_conflict(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    report_id, body = await reported(pool, city), praise()
    headers, address = await signed(city.clinic_head), f"/v1/reports/{report_id}/feedback"
    first = await client.post(address, json=body, headers=headers)
    again = await client.post(address, json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = await client.post(address, json=body | {"text": "Lain"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert len(heard.events) == 1


async def test_the_old_head_keeps_the_words_on_a_target_that_ended_there(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    target_id = city.targets[city.ani]
    await pool.execute("UPDATE target SET period_end = now() WHERE id = $1", target_id)
    await make_feedback(pool, city.clinic_head, city.ani, target_id=target_id, text="dulu")
    await move_employee(pool, city.ani, city.roads)
    await make_feedback(pool, city.roads_head, city.ani, target_id=target_id, text="kini")

    async def words(who: UUID) -> list[str]:
        path = f"/v1/targets/{target_id}/feedback"
        answer = await client.get(path, headers=await signed(who))
        return [each["text"] for each in answer.json()]

    assert await words(city.clinic_head) == ["dulu"]
    assert await words(city.roads_head) == ["dulu", "kini"]


async def test_only_the_line_speaks_and_strangers_learn_nothing(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    address = f"/v1/reports/{await reported(pool, city)}/feedback"
    expected = {
        city.ani: 403,
        city.hr: 403,
        city.budi: 404,
        city.roads_head: 404,
        city.administrator: 404,
    }
    for who, status in expected.items():
        answer = await client.post(address, json=praise(), headers=await signed(who))
        assert answer.status_code == status, answer.text


async def test_a_word_on_a_target_is_read_by_both_sides(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    address = f"/v1/targets/{city.targets[city.ani]}/feedback"
    made = await client.post(address, json=praise(), headers=await signed(city.clinic_head))
    assert made.status_code == 201
    for who in (city.ani, city.clinic_head, city.hr):
        words = (await client.get(address, headers=await signed(who))).json()
        assert [word["text"] for word in words] == ["Bagus sekali"]
    hidden = await client.get(address, headers=await signed(city.budi))
    assert hidden.status_code == 404


async def test_its_reader_acknowledges_it_once_and_nobody_else_can(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    report_id, body = await reported(pool, city), praise()
    await client.post(
        f"/v1/reports/{report_id}/feedback", json=body, headers=await signed(city.clinic_head)
    )
    address = f"/v1/feedback/{body['id']}/acknowledgement"
    foreign = await client.post(address, headers=await signed(city.budi))
    assert foreign.status_code == 404
    headers = await signed(city.ani)
    first = (await client.post(address, headers=headers)).json()
    again = (await client.post(address, headers=headers)).json()
    assert first["acknowledged_at"] == again["acknowledged_at"] is not None
    assert [row.kind for row in heard.events] == ["feedback", "feedback"]
    content = json.loads(heard.events[1].content)
    assert set(content) == {"feedback_id", "report_id", "acknowledged_at"}


async def test_what_no_database_can_hold_is_refused_by_name(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    address = f"/v1/reports/{await reported(pool, city)}/feedback"
    headers = await signed(city.clinic_head)
    nul = await client.post(address, json=praise(text="a\0b"), headers=headers)
    assert nul.json()["code"] == "forbidden_character"
    long = await client.post(address, json=praise(text="a" * 5_000), headers=headers)
    assert long.json()["code"] == "note_too_long"
    kind = await client.post(address, json=praise(kind="insult"), headers=headers)
    assert kind.json()["code"] == "invalid_value"


async def test_a_suggestion_without_a_next_step_is_refused_by_name(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers = await signed(city.clinic_head)
    report = f"/v1/reports/{await reported(pool, city)}/feedback"
    target = f"/v1/targets/{city.targets[city.ani]}/feedback"
    for address in (report, target):
        for kind in ("suggestion", "correction"):
            bare = await client.post(address, json=praise(kind=kind), headers=headers)
            assert (bare.status_code, bare.json()["code"]) == (422, "reason_required")
            assert bare.json()["field"] == "next_step"
            whole = praise(kind=kind, next_step="Mulai Senin")
            assert (await client.post(address, json=whole, headers=headers)).status_code == 201


async def test_a_word_on_a_period_says_on_what(
    client: httpx.AsyncClient, city: City, signed: Signed, heard: Heard
) -> None:
    address, headers = f"/v1/people/{city.ani}/feedback", await signed(city.clinic_head)
    body = praise(kind="suggestion", period="2026-11", next_step="Mulai Senin")
    bare = await client.post(address, json=body, headers=headers)
    assert (bare.json()["code"], bare.json()["field"]) == ("reason_required", "about")
    whole = body | {"about": "Kunjungan rumah"}
    first = await client.post(address, json=whole, headers=headers)
    again = await client.post(address, json=whole, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["period"], first.json()["about"]) == ("2026-11", "Kunjungan rumah")
    assert [row.target_id for row in heard.events] == [None]
    wrong = await client.post(address, json=whole | {"period": "2026-13"}, headers=headers)
    assert (wrong.json()["code"], wrong.json()["field"]) == ("invalid_value", "period")


async def test_a_persons_words_are_read_by_the_line_and_looks_are_kept(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    address = f"/v1/people/{city.ani}/feedback"
    await make_feedback(pool, city.clinic_head, city.ani, target_id=city.targets[city.ani])
    about = praise(period="2026-11")
    await client.post(address, json=about, headers=await signed(city.clinic_head))
    headers = await signed(city.health_head)
    page = (await client.get(address, params={"limit": 1}, headers=headers)).json()
    (first,) = page["items"]
    assert (first["id"], first["period"]) == (about["id"], "2026-11")
    rest = await client.get(address, params={"cursor": page["next_cursor"]}, headers=headers)
    assert [each["text"] for each in rest.json()["items"]] == ["Bagus"]
    of_period = await client.get(address, params={"period": "2026-11"}, headers=headers)
    assert [each["id"] for each in of_period.json()["items"]] == [about["id"]]
    seen = await pool.fetchval(
        "SELECT count(*) FROM data_view WHERE viewer_id = $1 AND employee_id = $2",
        city.health_head,
        city.ani,
    )
    assert seen == 2  # the second page belongs to the first look
    foreign = await client.get(address, headers=await signed(city.budi))
    assert (foreign.status_code, foreign.json()["code"]) == (403, "not_allowed")


async def test_an_answer_reaches_its_author_once_and_stands(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    body = praise(kind="question", text="Ada kendala?")
    await client.post(
        f"/v1/targets/{city.targets[city.ani]}/feedback",
        json=body,
        headers=await signed(city.clinic_head),
    )
    address, headers = f"/v1/feedback/{body['id']}/answer", await signed(city.ani)
    first = await client.post(address, json={"answer": "Ban bocor"}, headers=headers)
    again = await client.post(address, json={"answer": "Ban bocor"}, headers=headers)
    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    assert first.json()["answer"] == "Ban bocor"
    assert first.json()["acknowledged_at"] is not None
    other = await client.post(address, json={"answer": "Hujan"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    foreign = await client.post(address, json={"answer": "Hujan"}, headers=await signed(city.budi))
    assert foreign.status_code == 404
    kinds = [(row.kind, row.employee_id) for row in heard.events]
    assert kinds == [
        ("feedback", city.ani),
        ("feedback", city.ani),
        ("notice", city.clinic_head),
    ]
    inbox = await client.get("/v1/inbox", headers=await signed(city.clinic_head))
    (notice,) = inbox.json()["items"]
    assert notice["kind"] == "feedback_answered"
    assert "Ban bocor" not in inbox.text
