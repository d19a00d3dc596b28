"""The guide's examples are imported as they stand, and its tables name every column."""

import re
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.queries.imports.run import FORMS, Kind
from models.queries.imports.table import read_table
from tests.models.queries.imports.files import brought_in, codes

GUIDE = (Path(__file__).parents[4] / "docs" / "guide" / "imports.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"```csv (\w+)\n(.*?)```", GUIDE, re.DOTALL))


async def test_the_examples_go_in_one_after_the_other_and_again(engine: AsyncEngine) -> None:
    assert list(EXAMPLES) == list(FORMS)
    for what in ("added", "unchanged"):
        for kind in FORMS:
            result = await brought_in(engine, kind, EXAMPLES[kind].encode())
            assert (codes(result), result.applied) == ([], True)
            assert {each.what for each in result.differences} == {what}


@pytest.mark.parametrize("kind", FORMS)
def test_every_column_stands_in_the_table_by_both_names(kind: Kind) -> None:
    heading = f"## {kind.capitalize()}\n"
    section = GUIDE.split(heading, 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `(\w+)`( \*)? \| (?:`(\w+)`)? ?\|", section, re.MULTILINE)
    columns = FORMS[kind].columns
    assert {also or name for name, _, also in rows} == {column.name for column in columns}
    for name, star, also in rows:
        table = read_table(f"{name};x\na;b".encode(), columns)
        assert table.columns == {also or name} or table.errors
        (column,) = [column for column in columns if column.name == (also or name)]
        assert name in (column.name, *column.also)
        assert column.required is bool(star)
