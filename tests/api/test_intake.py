"""The hot POSTs as a phone meets them: over HTTP, with a token, against a real PostgreSQL."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from api import intake
from api.intake import IntakeEndpoint, IntakeEndpointOptions
from api.outbox import OutboxItems
from mobile_contract.live import Events, Reset
from models.rules.receipts import decode
from models.rules.refusals import NotFound
from models.tables.columns import new_id
from realtime.intake import Intake, IntakeOptions
from realtime.principals import Principal, PrincipalOptions, Principals
from tests.builders import City, make_city, make_session, make_target

NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """The endpoint with a phone of Ani's in front of it."""

    city: City
    phone: httpx.AsyncClient
    heard: list[UUID]
    marked: list[UUID]
    intake: Intake

    def report(self, **changes: Any) -> dict[str, Any]:
        """A report of Ani's as JSON."""
        fields = {
            "id": str(new_id()),
            "target_id": str(self.city.targets[self.city.ani]),
            "quantity": 2,
            "note": "dua kunjungan",
            "activity_at": NOW.isoformat(),
        }
        return fields | changes

    async def sync(self, *mutations: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """The results of an outbox."""
        answer = await self.phone.post("/v1/sync", json={"mutations": mutations, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]


@pytest.fixture
async def desk(pool: asyncpg.Pool, database: str) -> AsyncIterator[Desk]:
    """Ani is signed in; nobody else acts."""
    async with pool.acquire() as connection:
        city = await make_city(connection)
        token = await make_session(connection, city.ani)
    heard: list[UUID] = []
    marked: list[UUID] = []
    principals = Principals(pool, PrincipalOptions(), fresh=lambda: True)

    async def mark(principal: Principal, marked_id: UUID) -> Any:
        if marked_id == city.city:
            raise NotFound
        again = marked_id in marked
        marked.append(marked_id)
        return "duplicate" if again else "applied"

    async def changes(
        principal: Principal, cursor: str | None
    ) -> tuple[list[Events], list[Reset], str]:
        return [], [], cursor or "now"

    intake = Intake(lambda: asyncpg.connect(database), lambda _: None, IntakeOptions())
    endpoint = IntakeEndpoint(
        intake,
        principals,
        OutboxItems(intake, mark, mark),
        changes,
        heard.append,
        IntakeEndpointOptions(),
        lambda: datetime.now(UTC),
    )
    async with (
        intake.running(),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(endpoint),
            base_url="http://denyut.test",
            headers={"authorization": f"Bearer {token}"},
        ) as phone,
    ):
        yield Desk(city, phone, heard, marked, intake)


def create(report: dict[str, Any]) -> dict[str, Any]:
    """A report as an item of an outbox."""
    return {"mutation_id": report["id"], "op": "report.create", "report": report}


async def test_a_report_is_answered_with_a_receipt_that_stays(
    desk: Desk, pool: asyncpg.Pool
) -> None:
    report = desk.report()
    first = await desk.phone.post("/v1/reports", json=report)
    assert first.status_code == 201
    receipt = first.json()
    assert receipt["id"] == report["id"]
    assert receipt["status"] == "received"
    row = await pool.fetchrow("SELECT shard, seq FROM report")
    assert decode(receipt["receipt"]) == (row["shard"], row["seq"])
    again = await desk.phone.post("/v1/reports", json=report | {"field_of_a_new_app": 1})
    assert (again.status_code, again.json()) == (200, receipt)
    assert desk.heard == [desk.city.ani, desk.city.ani]


async def test_the_same_id_with_another_body_is_a_conflict_by_either_route(desk: Desk) -> None:
    report = desk.report()
    await desk.phone.post("/v1/reports", json=report)
    other = await desk.phone.post("/v1/reports", json=report | {"quantity": 3})
    assert (other.status_code, other.json()["code"]) == (409, "report_conflict")
    same, changed = await desk.sync(create(report), create(report | {"quantity": 3}))
    assert same["outcome"] == "duplicate"
    assert (changed["outcome"], changed["problem"]["code"]) == ("conflict", "report_conflict")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"quantity": -1}, 422, "quantity_out_of_range"),
        ({"quantity": 1e12}, 422, "quantity_out_of_range"),
        ({"quantity": "dua"}, 400, "malformed"),
        ({"target_id": str(uuid4())}, 422, "unknown_target"),
        ({"target_id": "x"}, 400, "malformed"),
        ({"note": "x" * 5_000}, 422, "note_too_long"),
        ({"note": "a\0b"}, 422, "forbidden_character"),
        ({"note": "x" * 10_000_000}, 413, "body_too_large"),
        ({"activity_at": "kemarin"}, 400, "malformed"),
        ({"activity_at": "2026-11-24T07:00:00"}, 400, "malformed"),
    ],
)
async def test_bad_input_is_a_problem_that_says_what_to_do(
    desk: Desk, pool: asyncpg.Pool, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = await desk.phone.post("/v1/reports", json=desk.report(**changes))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["texts"]["id"]
    assert problem["action"]["en"]
    assert await pool.fetchval("SELECT count(*) FROM report") == 0


async def test_a_wrong_field_is_named(desk: Desk) -> None:
    answer = await desk.phone.post("/v1/reports", json=desk.report(quantity="dua"))
    assert answer.json()["field"] == "quantity"


async def test_somebody_elses_target_is_refused(desk: Desk) -> None:
    theirs = str(desk.city.targets[desk.city.budi])
    answer = await desk.phone.post("/v1/reports", json=desk.report(target_id=theirs))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_target")


async def test_a_new_capture_for_a_closed_period_is_refused_and_the_rest_goes_through(
    desk: Desk, pool: asyncpg.Pool
) -> None:
    """By both routes; what was captured before the closing waits for the supervisor instead."""
    closed = await make_target(pool, desk.city.ani)
    await pool.execute(
        "UPDATE target SET closed_at = now() - interval '1 day' WHERE id = $1", closed
    )
    late = {"target_id": str(closed), "captured_at": NOW.isoformat()}
    answer = await desk.phone.post("/v1/reports", json=desk.report(**late))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "period_closed")
    assert problem["texts"]["id"]
    assert problem["action"]["id"]
    before = (NOW - timedelta(days=2)).isoformat()
    early = {"target_id": str(closed), "captured_at": before, "activity_at": before}
    refused, taken, waits = await desk.sync(
        create(desk.report(**late)),
        create(desk.report()),
        create(desk.report(**early)),
    )
    assert (refused["outcome"], refused["problem"]["code"]) == ("rejected", "period_closed")
    assert taken["outcome"] == waits["outcome"] == "applied"
    assert waits["receipt"]["flags"] == ["after_closing"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_json_object_is_malformed(desk: Desk, body: bytes) -> None:
    for path in ("/v1/reports", "/v1/sync"):
        answer = await desk.phone.post(path, content=body)
        assert (answer.status_code, answer.json()["code"]) in [
            (400, "malformed"),
            (413, "body_too_large"),
        ]


DEEP = b"[" * 5_000 + b"]" * 5_000


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/reports", b'{"field_of_a_new_app": %b}' % DEEP),
        ("/v1/sync", b'{"mutations": [%b]}' % DEEP),
        ("/v1/sync", b'{"mutations": [], "field_of_a_new_app": %b}' % DEEP),
    ],
)
async def test_what_is_nested_too_deep_to_read_is_malformed(
    desk: Desk, path: str, body: bytes
) -> None:
    answer = await desk.phone.post(path, content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize("base_version", [-1, 2**31, 2**64, 10**30])
async def test_a_version_that_no_report_can_have_is_malformed_and_sinks_nothing(
    desk: Desk, base_version: int
) -> None:
    report = desk.report()
    aims = {"report_id": report["id"], "base_version": base_version}
    revised = {"quantity": 3, "activity_at": NOW.isoformat()} | aims
    first, *others = await desk.sync(
        create(report),
        {"mutation_id": str(uuid4()), "op": "report.revise", "revision": revised},
        {"mutation_id": str(uuid4()), "op": "report.withdraw", "withdrawal": aims},
    )
    assert first["outcome"] == "applied"
    assert [(each["outcome"], each["problem"]["code"]) for each in others] == [
        ("rejected", "malformed"),
        ("rejected", "malformed"),
    ]


async def test_a_fault_of_ours_is_a_problem_that_names_its_place_in_the_log(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(principal: Principal, cursor: str | None) -> Any:
        raise RuntimeError("the inside of the house")

    endpoint = desk.phone._transport.app  # type: ignore[attr-defined]
    endpoint._changes = broken
    answer = await desk.phone.post("/v1/sync", json={"mutations": []})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (500, "unexpected")
    assert "inside" not in answer.text
    assert problem["details"]["log_id"] in capsys.readouterr().out


async def test_a_database_that_went_is_away_and_no_fault(desk: Desk) -> None:
    async def lost(principal: Principal, cursor: str | None) -> Any:
        raise ConnectionResetError

    endpoint = desk.phone._transport.app  # type: ignore[attr-defined]
    endpoint._changes = lost
    answer = await desk.phone.post("/v1/sync", json={"mutations": []})
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
    assert int(answer.headers["retry-after"]) > 0


async def test_without_a_token_nothing_is_read(desk: Desk) -> None:
    for header in ("", "Basic x", "Bearer ", "Bearer nobody", "Bearer \xe9"):
        answer = await desk.phone.post(
            "/v1/reports", json=desk.report(), headers={"authorization": header.encode("latin-1")}
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_phones_clock_at_sending_corrects_the_capture(
    desk: Desk, pool: asyncpg.Pool
) -> None:
    year = timedelta(days=365)
    now = datetime.now(UTC)
    report = desk.report(captured_at=(now + year - timedelta(minutes=5)).isoformat())
    answer = await desk.phone.post(
        "/v1/reports", json=report, headers={"denyut-sent-at": (now + year).isoformat()}
    )
    assert answer.json()["flags"] == ["clock_wrong"]
    corrected = await pool.fetchval("SELECT corrected_at FROM report")
    assert abs(corrected - (now - timedelta(minutes=5))) < timedelta(minutes=1)
    unreadable = await desk.phone.post(
        "/v1/reports", json=desk.report(), headers={"denyut-sent-at": "tadi"}
    )
    assert unreadable.status_code == 201


async def test_a_sending_time_without_an_offset_is_as_good_as_not_told(desk: Desk) -> None:
    (result,) = await desk.sync(create(desk.report()), sent_at="2026-11-24T07:00:00")
    assert result["outcome"] == "applied"
    assert "flags" not in result["receipt"]


async def test_an_outbox_gets_a_result_for_each_item_in_its_place(
    desk: Desk, pool: asyncpg.Pool
) -> None:
    good, long, nul = desk.report(), desk.report(note="x" * 10_000_000), desk.report(note="\0")
    later = desk.report()
    results = await desk.sync(
        create(long),
        create(good),
        {"mutation_id": str(uuid4()), "op": "report.fly"},
        {"op": "report.create"},
        {"mutation_id": str(uuid4()), "op": "report.create"},
        create(nul),
        create(later),
        sent_at=datetime.now(UTC).isoformat(),
    )
    assert [(result["outcome"], result.get("problem", {}).get("code")) for result in results] == [
        ("rejected", "note_too_long"),
        ("applied", None),
        ("rejected", "malformed"),
        ("rejected", "malformed"),
        ("rejected", "malformed"),
        ("rejected", "forbidden_character"),
        ("applied", None),
    ]
    assert results[1]["receipt"]["id"] == good["id"]
    assert results[0]["mutation_id"] == long["id"]
    assert results[3]["mutation_id"] is None
    assert await pool.fetchval("SELECT count(*) FROM report") == 2


async def test_an_outbox_sent_twice_in_halves_and_in_a_wrong_order_ends_the_same(
    desk: Desk, pool: asyncpg.Pool
) -> None:
    report = desk.report(quantity=2)
    revision = {
        "mutation_id": str(uuid4()),
        "op": "report.revise",
        "revision": {
            "report_id": report["id"],
            "quantity": 5,
            "activity_at": NOW.isoformat(),
            "base_version": 1,
        },
    }
    withdrawal = {
        "mutation_id": str(uuid4()),
        "op": "report.withdraw",
        "withdrawal": {"report_id": report["id"], "reason": "salah", "base_version": 2},
    }
    other = desk.report()
    early = await desk.sync(withdrawal, revision, create(other))
    assert [result["outcome"] for result in early] == ["blocked", "blocked", "applied"]
    for _ in range(2):
        await desk.sync(create(report), revision)
        await desk.sync(create(report), revision, withdrawal, create(other))
    assert await pool.fetchval(
        "SELECT count(*) FROM report WHERE id = $1 AND status = 'withdrawn' AND version = 3",
        UUID(report["id"]),
    )
    pending = await pool.fetchval(
        "SELECT pending FROM target_pace WHERE employee_id = $1", desk.city.ani
    )
    assert pending == 2
    assert await pool.fetchval("SELECT sum(head) FROM feed_shard") == 4


async def test_acknowledgements_and_reads_are_marked_each_with_its_result(desk: Desk) -> None:
    seen, missing = uuid4(), desk.city.city

    def acknowledge(feedback_id: UUID) -> dict[str, Any]:
        return {
            "mutation_id": str(uuid4()),
            "op": "feedback.acknowledge",
            "acknowledgement": {"feedback_id": str(feedback_id)},
        }

    read = {
        "mutation_id": str(uuid4()),
        "op": "inbox.read",
        "read": {"notice_id": str(seen)},
    }
    results = await desk.sync(acknowledge(seen), acknowledge(missing), read)
    assert [result["outcome"] for result in results] == ["applied", "rejected", "duplicate"]
    assert results[1]["problem"]["code"] == "not_found"


async def test_an_outbox_in_gzip_is_read_and_answered_in_gzip(desk: Desk) -> None:
    mutations = [create(desk.report(note=f"kunjungan {number}")) for number in range(10)]
    body = gzip.compress(json.dumps({"mutations": mutations}).encode())
    answer = await desk.phone.post("/v1/sync", content=body, headers={"Content-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert {result["outcome"] for result in answer.json()["results"]} == {"applied"}
    broken = await desk.phone.post(
        "/v1/sync", content=body[:-9], headers={"Content-Encoding": "gzip"}
    )
    assert (broken.status_code, broken.json()["code"]) == (400, "malformed")


async def test_more_than_fifty_items_are_refused_whole(desk: Desk, pool: asyncpg.Pool) -> None:
    items = [create(desk.report()) for _ in range(51)]
    answer = await desk.phone.post("/v1/sync", json={"mutations": items})
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_items")
    assert await pool.fetchval("SELECT count(*) FROM report") == 0
    assert len(await desk.sync(*items[:50])) == 50


async def test_a_busy_office_says_when_to_come_back(desk: Desk, database: str) -> None:
    closed = IntakeEndpoint(
        Intake(lambda: asyncpg.connect(database), lambda _: None, IntakeOptions()),
        desk.phone._transport.app._principals,  # type: ignore[attr-defined]
        desk.phone._transport.app._outbox,  # type: ignore[attr-defined]
        desk.phone._transport.app._changes,  # type: ignore[attr-defined]
        desk.heard.append,
        IntakeEndpointOptions(),
        lambda: datetime.now(UTC),
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(closed),
        base_url="http://denyut.test",
        headers=desk.phone.headers,
    ) as phone:
        answer = await phone.post("/v1/reports", json=desk.report())
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0


async def trickling(*parts: bytes, then: asyncio.Event) -> AsyncIterator[bytes]:
    """A body that comes in parts and ends when it is let."""
    for part in parts:
        yield part
    await then.wait()


async def test_when_bodies_fill_the_house_the_next_one_comes_again_later(desk: Desk) -> None:
    endpoint = desk.phone._transport.app  # type: ignore[attr-defined]
    endpoint._options = IntakeEndpointOptions(most_bytes_in_hand=1_000)
    end = asyncio.Event()
    end.set()
    body = trickling(b" " * 600, b" " * 600, then=end)
    answer = await desk.phone.post("/v1/reports", content=body)
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0
    assert (await desk.phone.post("/v1/reports", json=desk.report())).status_code == 201


async def test_a_body_that_never_ends_is_given_up_and_its_room_is_free(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BODY_TIMEOUT_S", 0.05)
    body = trickling(b"{", then=asyncio.Event())
    answer = await desk.phone.post("/v1/sync", content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    endpoint = desk.phone._transport.app  # type: ignore[attr-defined]
    assert endpoint._bytes_in_hand == 0
