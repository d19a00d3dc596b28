"""The round that makes exports: whole or not at all, once, whoever dies; told and swept."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from api.papers.weighing import weighed
from api.storage.folder import FolderStorage
from api.storage.storage import NoStorage, Storage
from denyut import exporting
from denyut.documents import Made, Order
from denyut.exporting import Exporter, ExportOptions, export_figures
from models.queries.exports import Wish, file_piece
from models.queries.exports_made import MOST_ATTEMPTS, export_claimed
from models.queries.feed import FeedRow
from models.rules.documents import DocumentFormat, DocumentKind
from models.tables.columns import new_id
from tests.builders import City, make_city
from tests.making.exports import ask, kept_photo, person_wish, unit_wish


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


class Heard:
    """An exporter and what it announced."""

    def __init__(self, pool: asyncpg.Pool, storage: Storage | None = None, **options: Any) -> None:
        self.events: list[FeedRow] = []
        store = NoStorage() if storage is None else storage
        self.exporter = Exporter(pool, self.events.extend, store, ExportOptions(**options))


async def file_of(pool: asyncpg.Pool, export_id: UUID) -> bytes:
    whole, number = b"", 0
    while (piece := await file_piece(pool, export_id, number)) is not None:
        whole, number = whole + piece, number + 1
    return whole


async def state(pool: asyncpg.Pool, export_id: UUID) -> tuple[str, str]:
    row = await pool.fetchrow("SELECT state, problem FROM export WHERE id = $1", export_id)
    return row["state"], row["problem"]


async def test_what_was_asked_for_is_made_told_and_vouched_for(
    pool: asyncpg.Pool, city: City
) -> None:
    heard = Heard(pool)
    of_person = await ask(pool, city.hr, person_wish(city.ani))
    of_unit = await ask(pool, city.hr, unit_wish(city.clinic, format=DocumentFormat.XLSX))
    mine = await ask(
        pool,
        city.hr,
        Wish(new_id(), DocumentKind.MY_DATA, city.hr, format=DocumentFormat.ZIP),
    )
    assert await heard.exporter.settle() == ExportOptions().poll_s

    assert heard.exporter.made == 3
    for export_id, magic in ((of_person, b"%PDF-"), (of_unit, b"PK"), (mine, b"PK")):
        whole = await file_of(pool, export_id)
        row = await pool.fetchrow(
            "SELECT x.*, d.sha256 FROM export x JOIN issued_document d ON d.code = x.code"
            " WHERE x.id = $1",
            export_id,
        )
        assert whole.startswith(magic)
        assert (row["state"], row["done"]) == ("done", row["total"])
        assert row["bytes"] == len(whole)
        assert row["sha256"] == hashlib.sha256(whole).digest()
        assert (row["expires_at"] - row["finished_at"]).days in (6, 7)
    assert [event.kind for event in heard.events] == ["notice"] * 3
    kinds = await pool.fetch("SELECT DISTINCT kind, recipient_id FROM notice")
    assert [tuple(row) for row in kinds] == [("export_ready", city.hr)]


async def test_a_file_of_many_pieces_is_read_as_it_was_written(
    pool: asyncpg.Pool, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PIECE_BYTES", 1_000)
    export_id = await ask(pool, city.hr, person_wish(city.ani))
    await Heard(pool).exporter.settle()

    whole = await file_of(pool, export_id)
    stored = await pool.fetchval("SELECT sha256 FROM issued_document")
    assert hashlib.sha256(whole).digest() == stored
    assert await pool.fetchval("SELECT count(*) FROM export_piece") > 5


async def test_a_killed_maker_is_replaced_and_one_file_comes_of_it(
    pool: asyncpg.Pool, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def never(*_: Any) -> Made:
        begun.set()
        await asyncio.sleep(60)
        raise AssertionError("it was killed")

    export_id = await ask(pool, city.ani, person_wish(city.ani))
    with monkeypatch.context() as patched:
        patched.setattr(exporting, "document_made", never)
        killed = asyncio.create_task(Heard(pool).exporter.settle())
        await begun.wait()
        killed.cancel()
        with pytest.raises(asyncio.CancelledError):
            await killed
    other = Heard(pool)
    await other.exporter.settle()
    assert await state(pool, export_id) == ("running", "")  # its lease has not passed yet
    await pool.execute("UPDATE export SET lease_until = clock_timestamp() - interval '1 s'")
    await asyncio.gather(other.exporter.settle(), Heard(pool).exporter.settle())

    assert await state(pool, export_id) == ("done", "")
    assert await pool.fetchval("SELECT count(*) FROM issued_document") == 1
    assert await pool.fetchval("SELECT count(*) FROM notice") == 1


async def test_what_breaks_each_time_is_given_up_and_told(
    pool: asyncpg.Pool, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[Order] = []

    async def broken(_pool: Any, order: Order, *_: Any) -> Made:
        tries.append(order)
        raise RuntimeError("kertas habis")

    monkeypatch.setattr(exporting, "document_made", broken)
    export_id = await ask(pool, city.ani, person_wish(city.ani))
    heard = Heard(pool)
    await heard.exporter.settle()

    assert len(tries) == MOST_ATTEMPTS
    assert len({order.code for order in tries}) == MOST_ATTEMPTS
    assert await state(pool, export_id) == ("failed", "broken")
    assert (heard.exporter.made, heard.exporter.given_up) == (0, 1)
    assert await pool.fetchval("SELECT kind FROM notice") == "export_failed"
    assert await pool.fetchval("SELECT count(*) FROM issued_document") == 0
    assert await pool.fetchval("SELECT count(*) FROM export_piece") == 0


async def test_what_cannot_be_is_given_up_at_once(
    pool: asyncpg.Pool, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pool.execute("UPDATE employee SET active = false WHERE unit_id = $1", city.pharmacy)
    wish = Wish(new_id(), DocumentKind.UNIT_DOCUMENTS, unit_id=city.pharmacy, period="2026")
    export_id = await ask(pool, city.hr, wish)
    await Heard(pool).exporter.settle()

    assert await state(pool, export_id) == ("failed", "not_found")
    assert await pool.fetchval("SELECT attempts FROM export") == 1


async def test_a_store_of_photos_that_is_away_is_waited_for(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    storage = FolderStorage(tmp_path)
    await kept_photo(pool, storage, city.ani, b"gambar")
    wish = Wish(new_id(), DocumentKind.MY_DATA, city.ani, format=DocumentFormat.ZIP)
    export_id = await ask(pool, city.ani, wish)
    await Heard(pool).exporter.settle()
    assert await state(pool, export_id) == ("running", "")  # until its lease has passed
    await pool.execute("UPDATE export SET lease_until = clock_timestamp() - interval '1 s'")
    await Heard(pool, storage).exporter.settle()
    assert await state(pool, export_id) == ("done", "")
    assert b"gambar" in await file_of(pool, export_id)


async def test_one_whose_every_maker_died_is_given_up(pool: asyncpg.Pool, city: City) -> None:
    export_id = await ask(pool, city.ani, person_wish(city.ani))
    for _ in range(MOST_ATTEMPTS):
        assert await export_claimed(pool, 60.0)
        await pool.execute("UPDATE export SET lease_until = clock_timestamp() - interval '1 s'")
    await Heard(pool).exporter.settle()

    assert await state(pool, export_id) == ("failed", "abandoned")


async def test_one_that_its_asker_took_away_meanwhile_leaves_nothing(
    pool: asyncpg.Pool, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def taken_away(_pool: Any, _order: Order, file: Path, *_: Any) -> Made:
        file.write_bytes(b"x")
        await pool.execute("DELETE FROM export")
        return Made(weighed(file), "Ani")

    monkeypatch.setattr(exporting, "document_made", taken_away)
    await ask(pool, city.ani, person_wish(city.ani))
    heard = Heard(pool)
    await heard.exporter.settle()

    assert heard.events == []
    assert (heard.exporter.made, heard.exporter.given_up) == (0, 0)
    assert await pool.fetchval("SELECT count(*) FROM export_piece") == 0


async def test_files_are_swept_when_their_days_are_over(pool: asyncpg.Pool, city: City) -> None:
    heard = Heard(pool, sweep_every_s=0.0)
    export_id = await ask(pool, city.ani, person_wish(city.ani))
    await heard.exporter.settle()
    await pool.execute("UPDATE export SET expires_at = clock_timestamp() - interval '1 s'")
    await heard.exporter.settle()

    assert await state(pool, export_id) == ("expired", "")
    assert await pool.fetchval("SELECT count(*) FROM export_piece") == 0


async def test_it_works_while_its_block_runs(pool: asyncpg.Pool, city: City) -> None:
    export_id = await ask(pool, city.ani, person_wish(city.ani))
    async with Heard(pool, poll_s=0.05).exporter.running(), asyncio.timeout(20):
        while (await state(pool, export_id))[0] != "done":
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("wrong", [{"keep_days": 0}, {"lease_s": 0}])
def test_options_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="kept"):
        ExportOptions(**wrong)


async def test_what_it_counts_can_be_measured(pool: asyncpg.Pool, city: City) -> None:
    exporter = Heard(pool).exporter
    await ask(pool, city.ani, person_wish(city.ani))
    await exporter.settle()
    registry = CollectorRegistry()
    registry.register(export_figures(exporter))

    assert registry.get_sample_value("denyut_exports_made_total") == 1
    assert registry.get_sample_value("denyut_exports_given_up_total") == 0
