"""Shapes that tables share."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from models.rules.clocks import uuid7_time
from models.tables.columns import new_id, no_overlap, one_of


def test_ids_grow_and_carry_their_time() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert all(uuid7_time(each) is not None for each in ids)


@given(words=st.lists(st.sampled_from(["a", "b_c", "d"]), min_size=1, unique=True))
def test_a_fixed_set_of_words_is_a_check(words: list[str]) -> None:
    check = one_of("state", *words)
    assert check.name == "state_known"
    assert all(f"'{word}'" in str(check.sqltext) for word in words)


def test_no_overlap_excludes_rows_of_the_same_columns_at_one_instant() -> None:
    table = Table("t", MetaData(), Column("unit_id", Integer), no_overlap("unit_id", name="once"))
    ddl = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert "EXCLUDE USING gist (unit_id WITH =, tstzrange(valid_from, valid_to) WITH &&)" in ddl
