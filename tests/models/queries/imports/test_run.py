"""One file, one transaction, whatever the file holds."""

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from models.queries.imports.run import FORMS
from tests.builders import make_city
from tests.models.queries.imports.files import brought_in, codes, csv


async def test_a_file_that_cannot_be_read_touches_nothing(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    for kind in FORMS:
        result = await brought_in(engine, kind, b"\xff\xfe\x00")
        assert (codes(result), result.applied) == ([(0, "", "not_utf8")], False)
    assert await pool.fetchval("SELECT count(*) FROM audit_entry") == 0


async def test_every_kind_names_its_missing_columns(engine: AsyncEngine) -> None:
    for kind, form in FORMS.items():
        result = await brought_in(engine, kind, b"abc;def\n1;2")
        required = sorted(column.name for column in form.columns if column.required)
        assert [column for _, column, _ in codes(result)] == required


async def test_what_the_database_itself_refuses_undoes_the_whole_file(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    await pool.execute("ALTER TABLE unit ADD CONSTRAINT no_such_name CHECK (name <> 'Terlarang')")
    code = await pool.fetchval("SELECT code FROM unit WHERE id = $1", city.health)
    data = csv("code;name;kind;parent_code", f"a;Boleh;unit;{code}", f"b;Terlarang;unit;{code}")
    result = await brought_in(engine, "units", data)
    assert (codes(result), result.errors[0].facts) == ([(0, "", "refused")], {"why": "23514"})
    assert await pool.fetchval("SELECT count(*) FROM unit WHERE code IN ('a', 'b')") == 0
