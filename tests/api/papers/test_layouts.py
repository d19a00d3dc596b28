"""Recaps as papers: whatever was decided stands on them, and nothing that is missing is 0."""

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from pypdf import PdfReader

from api.papers.layouts import person_paper, unit_paper
from api.papers.paper import Cell, Imprint, Paper, printed
from api.papers.typesetting import pdf
from models.queries.recaps import person_recap, unit_recap
from tests.builders import City, make_city, make_report, make_target
from tests.making.appraisal import month_before
from tests.making.exports import make_decided
from tests.making.survey import CONTENT, make_day, make_service
from tests.models.queries.test_rolling import roll

NOW = datetime.now(UTC)
JAKARTA = ZoneInfo("Asia/Jakarta")
BEFORE = month_before(NOW)
RUNNING = f"{NOW.astimezone(JAKARTA):%Y-%m}"
IMPRINT = Imprint("7K2M-9QXA-3D4EF", "https://denyut.example/verify/x", "Diterbitkan.", "Halaman")
EVIL = "#set page(width: 1cm) $x^2$ *a* =1+1 <b>"


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


def cells(paper: Paper, heading: str) -> dict[Cell, tuple[Cell, ...]]:
    (table,) = [each for each in paper.tables if each.heading.startswith(heading)]
    return {row[0]: row[1:] for row in table.rows}


def text_of(paper: Paper, form: str) -> str:
    document = pdf(form, printed([paper], IMPRINT, "id"), qr=IMPRINT.address)
    pages = PdfReader(io.BytesIO(document)).pages
    return "\n".join(page.extract_text() for page in pages)


async def test_a_decided_period_is_on_the_paper(pool: asyncpg.Pool, city: City) -> None:
    await make_decided(pool, city.ani, city.clinic_head, BEFORE)
    paper = person_paper(await person_recap(pool, city.ani, BEFORE), "id")

    decision = cells(paper, "Penilaian kinerja")
    assert decision["Predikat"] == ("Baik",)
    assert decision["Diputuskan oleh"] == ("Clinic Head",)
    assert decision["Penilaian diri"] == (None,)
    assert len(cells(paper, "Perilaku kerja")) == 7
    assert [each.name for each in paper.signatures] == ["Ani", "Clinic Head"]
    results = [table for table in paper.tables if table.heading == "Hasil kerja dan indikator"]
    assert 95.0 in {row[6] for row in results[0].rows}
    text = text_of(paper, "person")
    for shown in ("Ani", "Baik", "Contoh loyal", "Kunjungan", IMPRINT.code):
        assert shown in text


async def test_both_languages_have_the_same_tables(pool: asyncpg.Pool, city: City) -> None:
    await make_decided(pool, city.ani, city.clinic_head, BEFORE)
    recap = await person_recap(pool, city.ani, BEFORE)
    indonesian, english = person_paper(recap, "id"), person_paper(recap, "en")

    assert len(indonesian.tables) == len(english.tables)
    assert cells(english, "Appraisal")["Predicate"] == ("Good",)
    assert english.title == "Performance document"


async def test_what_is_missing_is_said_and_never_zero(pool: asyncpg.Pool, city: City) -> None:
    paper = person_paper(await person_recap(pool, city.budi, "2020-01"), "id")

    assert cells(paper, "Mutu pelaporan")["Tepat waktu (%)"] == (None,)
    notes = {table.heading: table.note for table in paper.tables if table.note}
    assert notes["Penilaian kinerja"] == "Belum diputuskan."
    assert "belum ada data" in text_of(paper, "person")


async def test_what_people_wrote_is_shown_as_it_stands(pool: asyncpg.Pool, city: City) -> None:
    await pool.execute("UPDATE target SET indicator = $2 WHERE employee_id = $1", city.ani, EVIL)
    await pool.execute("UPDATE employee SET name = $2 WHERE id = $1", city.ani, EVIL)
    await make_report(pool, city.ani, city.targets[city.ani], quantity=3, note=EVIL)
    text = text_of(person_paper(await person_recap(pool, city.ani, RUNNING), "id"), "person")

    assert EVIL in " ".join(text.split())
    assert text.replace("\n", "").count("$x^2$") >= 2


async def test_a_transfer_makes_two_parts_that_say_their_days(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await make_decided(pool, city.ani, city.clinic_head, BEFORE)
    await pool.execute(
        "UPDATE appraisal_evidence SET content = jsonb_set(content::jsonb,"
        " '{appraisal,part_start}', to_jsonb('2026-10-10T17:00:00+00:00'::text))::text"
        " WHERE appraisal_id = $1",
        appraisal_id,
    )
    paper = person_paper(await person_recap(pool, city.ani, BEFORE), "id")

    headings = [table.heading for table in paper.tables]
    assert headings[0].endswith("· Puskesmas")
    assert "11 Oktober 2026" in headings[0]


async def test_a_unit_is_told_by_unit_and_by_indicator(pool: asyncpg.Pool, city: City) -> None:
    await make_report(pool, city.ani, city.targets[city.ani], quantity=3)
    await roll(pool)
    service_id = await make_service(pool, city.clinic, "Loket")
    await make_day(pool, service_id, NOW.astimezone(JAKARTA).date(), CONTENT)
    waited = await make_target(pool, city.ani, indicator="Waktu tunggu", unit_of_measure="hari")
    await pool.execute("UPDATE target SET aspect = 'time' WHERE id = $1", waited)
    await make_report(pool, city.ani, waited, quantity=0.5)
    await roll(pool)
    paper = unit_paper(await unit_recap(pool, city.health, RUNNING), "id")

    units = {row[0]: row[1:] for row in paper.tables[0].rows}
    assert units["Puskesmas"][1] == 2
    assert units["Puskesmas"][-2:] == (100.0, "A")
    assert units["Farmasi"][2:] == (None,) * 6
    assert ("Puskesmas", 1, 0.0, 3.0) in [(row[0], *row[3:]) for row in paper.tables[1].rows]
    measured = ("Puskesmas", "Waktu tunggu", "hari (rata-rata)", 1, None, None)
    assert measured in paper.tables[1].rows
    assert "belum ada data" in paper.tables[2].note
    text = text_of(paper, "unit")
    assert "Dinas Kesehatan" in text
    assert "Sebaran predikat" in text
