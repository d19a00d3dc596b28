"""The files of one's own export: each question is sound, names each column, and tells no secret."""

import re

import asyncpg
import pytest

from models.queries.my_data_files import FILES, DataFile
from models.tables.every import METADATA
from tests.builders import make_city

WITH_THE_FIRST_DAY = ("profile.json", "placements.json", "targets.json")
SECRET = re.compile(r"hash|token|push_target|private|password(?!_changed_at)|lease", re.IGNORECASE)


def test_names_are_unique_and_plain() -> None:
    names = [file.name for file in FILES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z_]+\.json", name) for name in names)


def test_every_column_that_says_whose_a_row_is_exists_and_stands_in_one_file() -> None:
    named = [column for file in FILES for column in file.columns]
    assert len(set(named)) == len(named)
    for each in named:
        table, column = each.split(".")
        assert column in METADATA.tables[table].columns


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
async def test_a_question_names_its_columns_and_tells_no_secret(
    pool: asyncpg.Pool, file: DataFile
) -> None:
    city = await make_city(pool)
    async with pool.acquire() as connection:
        prepared = await connection.prepare(file.statement)
        shown = [attribute.name for attribute in prepared.get_attributes()]
        rows = await prepared.fetch(city.ani)
    assert not [name for name in shown if SECRET.search(name)]
    assert set(file.structured) <= set(shown)
    assert "*" not in file.statement.replace("'*'", "")
    assert len(rows) == (file.name in WITH_THE_FIRST_DAY)
