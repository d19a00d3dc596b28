"""A log line carries no secret and no personal data, whoever wrote it."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import NullPool, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from denyut.logs import HIDDEN, HIDDEN_FIELDS, LogOptions, configure_logging, without_personal_data

NIP = "198703152010012003"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the process logs during a test; the old state comes back."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield io.StringIO()
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_line_is_one_json_object_with_time_level_and_name(stream):
    configure_logging(LogOptions(), stream)
    structlog.get_logger("denyut.try").info("batch_done", size=3, shards=(1, 2))
    (line,) = lines(stream)
    assert datetime.fromisoformat(line.pop("timestamp")).tzinfo is not None
    assert line == {
        "event": "batch_done",
        "level": "info",
        "logger": "denyut.try",
        "size": 3,
        "shards": [1, 2],
    }


def test_other_libraries_log_in_the_same_form_and_under_the_same_rules(stream):
    configure_logging(LogOptions(), stream)
    logging.getLogger("asyncpg").warning("Key (nip)=(%s) exists", NIP)
    (line,) = lines(stream)
    assert line["logger"] == "asyncpg"
    assert line["level"] == "warning"
    assert NIP not in line["event"]


def test_lines_below_the_level_are_not_written(stream):
    configure_logging(LogOptions(level="WARNING"), stream)
    structlog.get_logger("denyut.try").info("quiet")
    logging.getLogger("other").info("quiet")
    assert stream.getvalue() == ""


def test_an_exception_is_told_without_the_nip_in_it(stream):
    configure_logging(LogOptions(), stream)
    try:
        raise ValueError(f"no account for {NIP}")
    except ValueError:
        structlog.get_logger("denyut.try").exception("failed")
    (line,) = lines(stream)
    assert "ValueError" in line["exception"]
    assert NIP not in stream.getvalue()


async def test_an_error_of_the_database_is_told_without_the_row_it_met(stream, database, engine):
    configure_logging(LogOptions(), stream)
    log = structlog.get_logger("denyut.try")
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE said (note text CHECK (length(note) < 9))"))
    raw = await asyncpg.connect(database)
    note, number = "rahasia\nsekali", 987654
    try:
        await raw.execute("INSERT INTO said VALUES ($1)", note)
    except asyncpg.CheckViolationError:
        log.exception("raw")
    try:
        await raw.execute("INSERT INTO said VALUES ($1)", number)
    except asyncpg.DataError:
        log.exception("argument")
    await raw.close()
    hidden = create_async_engine(engine.url, hide_parameters=True, poolclass=NullPool)
    try:
        async with hidden.begin() as connection:
            await connection.execute(text("INSERT INTO said VALUES (:note)"), {"note": note})
    except IntegrityError:
        log.exception("resource")
    told = lines(stream)
    assert [line["event"] for line in told] == ["raw", "argument", "resource"]
    assert all("Error" in line["exception"] for line in told)
    assert all("denyut" in line["logger"] for line in told)
    for secret in ("rahasia", "sekali", str(number)):
        assert secret not in stream.getvalue()


def test_a_terminal_gets_readable_lines_without_local_variables(stream):
    configure_logging(LogOptions(format="console"), stream)
    password = "known-only-to-me"
    try:
        raise ValueError("failed")
    except ValueError:
        structlog.get_logger("denyut.try").exception("failed", password=password, nip=NIP)
    assert "failed" in stream.getvalue()
    assert password not in stream.getvalue()
    assert NIP not in stream.getvalue()


def test_a_stream_that_is_no_terminal_gets_json_by_itself(stream):
    configure_logging(LogOptions(format="auto"), stream)
    structlog.get_logger("denyut.try").info("started")
    assert lines(stream)[0]["event"] == "started"


@pytest.mark.parametrize("field", sorted(HIDDEN_FIELDS))
def test_fields_that_hold_secrets_or_people_are_hidden_at_every_depth(field):
    line = {"event": "x", field: "mine", "deep": [{field.upper(): "mine"}]}
    cleaned = without_personal_data(None, "info", line)
    assert cleaned == {"event": "x", field: HIDDEN, "deep": [{field.upper(): HIDDEN}]}


@pytest.mark.parametrize(
    "written",
    [NIP, f"nip={NIP};", int(NIP), "19870315 201001 2 003", {NIP: 1}, [(NIP,)], {"a": {"b": NIP}}],
)
def test_a_nip_is_masked_wherever_it_stands(written):
    cleaned = str(without_personal_data(None, "info", {"event": written}))
    assert NIP not in cleaned.replace(" ", "")


def test_what_is_not_a_nip_stays_readable():
    report, when = uuid4(), datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    line = {"event": "received", "report_id": report, "at": when, "receipt": 1987031520100120031}
    assert without_personal_data(None, "info", line) == line


def test_a_password_in_an_address_is_hidden():
    line = {"event": "postgresql://denyut:s3cret@db.example/denyut"}
    cleaned = without_personal_data(None, "info", line)
    assert cleaned["event"] == f"postgresql://denyut:{HIDDEN}@db.example/denyut"


def test_bytes_and_what_is_nested_too_deep_are_cut():
    deep: list = []
    for _ in range(40):
        deep = [deep]
    cleaned = without_personal_data(None, "info", {"event": "x", "body": b"raw", "deep": deep})
    assert cleaned["body"] == HIDDEN
    assert HIDDEN in str(cleaned["deep"])


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), anything | st.just(NIP)))
def test_whatever_is_logged_no_line_shows_the_nip_or_fails(line):
    assert NIP not in str(without_personal_data(None, "info", line))
