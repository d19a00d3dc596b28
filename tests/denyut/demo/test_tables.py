"""Rows of the city: as many values as columns, columns that exist, parents before children."""

from sqlmodel import SQLModel

from denyut.demo.city import DemoCity
from denyut.demo.tables import tables_of
from models.tables import every


def test_every_row_has_a_value_for_each_of_its_columns(city: DemoCity) -> None:
    for name, columns, rows in tables_of(city, "hash"):
        assert len(set(columns)) == len(columns)
        assert {len(row) for row in rows} == {len(columns)}, name


def test_every_column_is_one_of_the_model(city: DemoCity) -> None:
    assert every.__doc__
    known = SQLModel.metadata.tables
    for name, columns, _ in tables_of(city, "hash"):
        assert set(columns) <= set(known[name].columns.keys()), name


def test_a_table_stands_behind_those_that_it_refers_to(city: DemoCity) -> None:
    known = SQLModel.metadata.tables
    written = [name for name, _, _ in tables_of(city, "hash")]
    assert len(written) == len(set(written))
    for place, name in enumerate(written):
        for key in known[name].foreign_keys:
            other = key.column.table.name
            if other != name and other in written:
                assert written.index(other) < place, (name, other)


def test_nobody_s_password_stands_in_the_rows(city: DemoCity) -> None:
    accounts = next(rows for name, _, rows in tables_of(city, "the hash") if name == "account")
    assert {row[1] for row in accounts} == {"the hash"}
