"""The doctor: what is wrong is found, each with its remedy, and nothing is changed."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from denyut import doctor
from denyut.doctor import (
    ENOUGH_FREE_BYTES,
    LEAST_FREE_BYTES,
    Finding,
    app_finding,
    clock_skew,
    database_findings,
    disk,
    findings,
    worst,
)
from denyut.settings import PoolOptions, Settings
from tests.standins.redis_server import RedisServer


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An installation of its own, with a free port."""
    for name in list(os.environ):
        if name.startswith("DENYUT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DENYUT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DENYUT_PORT", "0")


def named(found: list[Finding]) -> dict[str, Finding]:
    for finding in found:
        assert bool(finding.remedy) == (finding.state != "ok"), finding
    return {finding.what: finding for finding in found}


async def test_a_fresh_installation_is_well_and_stays_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "index.html").write_text("")
    monkeypatch.setenv("DENYUT_WEB_DIR", str(app))
    found = named(await findings())
    assert worst(list(found.values())) == "ok"
    expected = {"settings", "time zones", "disk space", "embedded PostgreSQL", "photos", "app"}
    assert expected | {"port"} <= set(found)
    assert not (tmp_path / "data").exists()


def test_an_app_that_was_not_built_is_a_warning(tmp_path: Path) -> None:
    found = app_finding(tmp_path)
    assert found.state == "warning"
    assert "make web" in found.remedy


async def test_a_setting_with_a_spelling_mistake_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENYUT_DATABSE_URL", "postgresql://secret@nowhere")
    (finding,) = await findings()
    assert finding.state == "wrong"
    assert "DENYUT_DATABSE_URL" in finding.found
    assert "secret" not in finding.found


async def test_a_value_that_does_not_fit_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENYUT_PORT", "many")
    (finding,) = await findings()
    assert (finding.state, "DENYUT_PORT" in finding.found) == ("wrong", True)


async def test_a_database_that_cannot_be_reached_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENYUT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/denyut")
    found = named(await findings())
    assert found["database"].state == "wrong"
    assert "DENYUT_DATABASE_URL" in found["database"].remedy
    assert "disk space" not in found


async def test_a_database_that_is_up_to_date_is_well(
    monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    monkeypatch.setenv("DENYUT_DATABASE_URL", database)
    found = named(await findings())
    for what in ("database", "extensions", "migrations", "connections", "durability", "clocks"):
        assert what in found
        if what != "durability":  # the tests' own server may run without fsync
            assert found[what].state == "ok", found[what]


async def test_an_empty_and_a_newer_database_are_told_apart(
    blank_database: str, pool: asyncpg.Pool
) -> None:
    blank = await asyncpg.connect(blank_database)
    try:
        found = named(await database_findings(blank, Settings()))
        assert found["migrations"].remedy == "Run: denyut migrate"
    finally:
        await blank.close()
    async with pool.acquire() as connection:
        await connection.execute("UPDATE alembic_version SET version_num = '0000'")
        old = named(await database_findings(connection, Settings()))["migrations"]
        assert "this code needs" in old.found
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
        new = named(await database_findings(connection, Settings()))["migrations"]
        assert "newer than this code" in new.found


async def test_pools_that_outgrow_the_server_are_wrong(pool: asyncpg.Pool) -> None:
    settings = Settings(pools=PoolOptions(fast_connections=5_000))
    async with pool.acquire() as connection:
        finding = named(await database_findings(connection, settings))["connections"]
    assert finding.state == "wrong"
    assert "DENYUT_POOLS__" in finding.remedy


async def test_a_server_that_may_forget_what_it_acknowledged_is_wrong(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        await connection.execute("SET synchronous_commit = off")
        finding = named(await database_findings(connection, Settings()))["durability"]
    assert finding.state == "wrong"
    assert "synchronous_commit" in finding.found


@pytest.mark.parametrize(
    ("skew_s", "state"), [(0.1, "ok"), (-1.9, "ok"), (5, "warning"), (-7_200, "wrong")]
)
def test_clocks_that_differ_matter_by_how_much(skew_s: float, state: str) -> None:
    assert clock_skew(skew_s).state == state


@pytest.mark.parametrize(
    ("free", "state"),
    [
        (ENOUGH_FREE_BYTES, "ok"),
        (LEAST_FREE_BYTES, "warning"),
        (LEAST_FREE_BYTES - 1, "wrong"),
    ],
)
def test_a_full_disk_is_seen_before_it_is_full(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, state: str
) -> None:
    usage = type(shutil.disk_usage(tmp_path))(free * 2, free, free)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _folder: usage)
    assert disk(tmp_path / "not" / "there" / "yet").state == state


async def test_redis_is_asked_where_it_is_configured(
    monkeypatch: pytest.MonkeyPatch, redis_server: RedisServer
) -> None:
    monkeypatch.setenv("DENYUT_REDIS_URL", redis_server.url)
    assert named(await findings())["Redis"].found == "answers"
    redis_server.kill()
    monkeypatch.setattr(doctor, "REDIS_PATIENCE_S", 0.2)
    assert named(await findings())["Redis"].state == "wrong"


async def test_credentials_that_are_none_are_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = tmp_path / "key.json"
    key.write_text('{"type": "authorized_user"}')
    monkeypatch.setenv("DENYUT_FCM_CREDENTIALS", str(key))
    finding = named(await findings())["Firebase"]
    assert finding.state == "wrong"
    assert "DENYUT_FCM_CREDENTIALS" in finding.remedy


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


async def test_a_taken_port_is_a_warning(monkeypatch: pytest.MonkeyPatch, taken_port: int) -> None:
    monkeypatch.setenv("DENYUT_PORT", str(taken_port))
    finding = named(await findings())["port"]
    assert finding.state == "warning"


async def test_data_of_another_postgresql_is_said_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cluster: Any = tmp_path / "data" / "postgres"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("9\n")
    finding = named(await findings())["embedded PostgreSQL"]
    assert finding.state == "wrong"


def test_the_worst_state_is_the_answer() -> None:
    ok, warning = Finding("a", "ok", ""), Finding("b", "warning", "", "x")
    assert worst([ok]) == "ok"
    assert worst([ok, warning]) == "warning"
    assert worst([Finding("c", "wrong", "", "x"), warning]) == "wrong"
