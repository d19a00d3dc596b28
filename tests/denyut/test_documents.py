"""Files of every kind: what is in them, in both languages, and how far their making is."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import openpyxl
import pytest
from pypdf import PdfReader

from api.papers.weighing import weighed
from api.storage.folder import FolderStorage
from api.storage.storage import NoStorage, Storage
from denyut.documents import Made, Order, document_made, imprint_of, title_of
from models.rules.documents import DocumentFormat, DocumentKind, new_code, shown
from models.rules.refusals import NotFound
from tests.builders import City, make_city, make_report
from tests.making.appraisal import month_before
from tests.making.exports import kept_photo, make_decided

NOW = datetime.now(UTC)
BEFORE = month_before(NOW)
EVIL = '=HYPERLINK("http://x.example","klik")'


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


def order(kind: DocumentKind, made: DocumentFormat, **changed: object) -> Order:
    whole = Order(kind, None, None, BEFORE, made, "id", new_code(), NOW, "https://d.example/")
    return replace(whole, **changed)  # pyright: ignore[reportArgumentType]


async def make(
    pool: asyncpg.Pool, wanted: Order, file: Path, storage: Storage | None = None
) -> tuple[Made, list[tuple[int, int]]]:
    steps: list[tuple[int, int]] = []

    async def progress(done: int, total: int) -> None:
        steps.append((done, total))

    return await document_made(pool, wanted, file, progress, storage or NoStorage()), steps


def text_of(file: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(file).pages)


@pytest.mark.parametrize(("language", "title"), [("id", "Dokumen Kinerja"), ("en", "Performance")])
async def test_the_document_of_a_person(
    pool: asyncpg.Pool, city: City, tmp_path: Path, language: str, title: str
) -> None:
    await make_decided(pool, city.ani, city.clinic_head, BEFORE)
    wanted = order(
        DocumentKind.PERSON_RECAP, DocumentFormat.PDF, employee_id=city.ani, language=language
    )
    made, steps = await make(pool, wanted, tmp_path / "x.pdf")

    text = text_of(tmp_path / "x.pdf")
    assert title in text
    assert shown(wanted.code) in text
    assert f"https://d.example/verify/{shown(wanted.code)}" in text
    assert made == Made(weighed(tmp_path / "x.pdf", made.bound.pages), "Ani")
    assert made.bound.pages > 0
    assert steps == [(0, 1)]


async def test_a_workbook_of_a_person_runs_nothing(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    await make_decided(pool, city.ani, city.clinic_head, BEFORE, indicator=EVIL)
    await pool.execute("UPDATE employee SET name = $2 WHERE id = $1", city.ani, EVIL)
    wanted = order(DocumentKind.PERSON_RECAP, DocumentFormat.XLSX, employee_id=city.ani)
    await make(pool, wanted, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells].count(EVIL) >= 2
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert shown(wanted.code) in {cell.value for cell in cells}


@pytest.mark.parametrize("made", [DocumentFormat.PDF, DocumentFormat.XLSX])
async def test_the_recap_of_a_unit(
    pool: asyncpg.Pool, city: City, tmp_path: Path, made: DocumentFormat
) -> None:
    wanted = order(DocumentKind.UNIT_RECAP, made, unit_id=city.health)
    done, _ = await make(pool, wanted, tmp_path / "x")

    assert done.holder == "Dinas Kesehatan"
    if made is DocumentFormat.PDF:
        assert "Puskesmas" in text_of(tmp_path / "x")
    else:
        assert (
            "Menurut unit"
            in openpyxl.load_workbook(io.BytesIO((tmp_path / "x").read_bytes())).sheetnames
        )


async def test_everybody_in_a_unit_in_one_file_with_its_progress(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    wanted = order(DocumentKind.UNIT_DOCUMENTS, DocumentFormat.PDF, unit_id=city.city)
    made, steps = await make(pool, wanted, tmp_path / "x.pdf")

    people = len(city.people)
    assert steps == [(0, people), (8, people), (people, people)]
    text = text_of(tmp_path / "x.pdf")
    for name in ("Ani", "Budi", "Mayor", "Roads Head"):
        assert name in text
    assert made.bound.pages >= people
    assert f"Halaman {made.bound.pages}" in text


async def test_a_national_system_gets_the_columns_that_it_knows(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    await make_decided(pool, city.ani, city.clinic_head, BEFORE)
    await pool.execute("UPDATE employee SET name = $2 WHERE id = $1", city.ani, EVIL)
    wanted = order(DocumentKind.NATIONAL, DocumentFormat.CSV, unit_id=city.city)
    await make(pool, wanted, tmp_path / "x.csv")

    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as opened:
        (row,) = csv.DictReader(opened)
    assert list(row) == [
        *("nip", "nama", "unit_kode", "periode", "rating_hasil", "rating_perilaku", "predikat"),
        "decided_at",
    ]
    assert row["nama"] == "'" + EVIL
    assert (row["rating_hasil"], row["predikat"], row["periode"]) == ("meets", "good", BEFORE)


async def test_everything_about_me_in_one_file(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    await make_report(pool, city.ani, city.targets[city.ani], quantity=3, note=EVIL)
    wanted = order(DocumentKind.MY_DATA, DocumentFormat.ZIP, employee_id=city.ani, period=None)
    made, _ = await make(pool, wanted, tmp_path / "x.zip")

    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        index = json.loads(opened.read("index.json"))
        names = {each["file"] for each in index["files"]}
        assert names == set(opened.namelist()) - {"index.json"}
        whole = {name: opened.read(name).decode() for name in names}
    assert made.holder == "Ani"
    assert index["code"] == shown(wanted.code)
    assert any(json.dumps(EVIL) in text for text in whole.values())
    assert str(city.budi) not in "".join(whole.values())


async def test_my_photos_are_in_it_and_what_is_not_is_named(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    storage = FolderStorage(tmp_path / "photos")
    sha256 = await kept_photo(pool, storage, city.ani, b"mine")
    await kept_photo(pool, storage, city.budi, b"another's")
    gone = await kept_photo(pool, storage, city.ani, None)
    wanted = order(DocumentKind.MY_DATA, DocumentFormat.ZIP, employee_id=city.ani, period=None)
    await make(pool, wanted, tmp_path / "x.zip", storage)

    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        index = json.loads(opened.read("index.json"))
        photos = json.loads(opened.read("photos.json"))
        files = [name for name in opened.namelist() if name.startswith("photos/")]
        assert files == [f"photos/{sha256}.jpg"]
        assert opened.read(files[0]) == b"mine"
    assert {row["sha256"]: row["file"] for row in photos}[sha256] == files[0]
    left_out = [{"sha256": gone, "reason": "lost"}]
    assert index["photos"] == {"count": 1, "bytes": 4, "left_out": left_out}


async def test_whom_or_what_nobody_knows_there_is_no_document_of(
    pool: asyncpg.Pool, city: City, tmp_path: Path
) -> None:
    nobody = uuid4()
    for wanted in (
        order(DocumentKind.PERSON_RECAP, DocumentFormat.PDF, employee_id=nobody),
        order(DocumentKind.PERSON_RECAP, DocumentFormat.PDF),
        order(DocumentKind.UNIT_DOCUMENTS, DocumentFormat.PDF, unit_id=nobody),
        order(DocumentKind.NATIONAL, DocumentFormat.CSV, unit_id=nobody),
        order(DocumentKind.MY_DATA, DocumentFormat.ZIP, employee_id=nobody),
    ):
        with pytest.raises(NotFound):
            await make(pool, wanted, tmp_path / "x")


def test_without_a_known_address_the_code_stands_alone() -> None:
    alone = order(DocumentKind.NATIONAL, DocumentFormat.CSV, public_url=None)

    assert imprint_of(alone).address == ""
    assert imprint_of(alone).code == shown(alone.code)


def test_a_notice_names_what_it_is() -> None:
    assert title_of(DocumentKind.MY_DATA, None, "id") == "Data Pribadi Saya"
    assert title_of(DocumentKind.UNIT_RECAP, "2026", "en") == "Recap of a unit's performance 2026"
