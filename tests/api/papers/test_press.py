"""Long documents: in order, numbered through, in a process that is replaced and always ends."""

import asyncio
import os
import signal
from pathlib import Path

import psutil
import pytest
from pypdf import PdfReader

from api.papers import press as presses
from api.papers.paper import Column, Imprint, Paper, Table, pieces_of
from api.papers.press import PressBroken, opened_press
from api.papers.weighing import weighed

IMPRINT = Imprint("7K2M-9QXA-3D4EF", "https://denyut.example/verify/x", "Diterbitkan.", "Halaman")


def paper(number: int) -> Paper:
    rows = tuple((f"Indikator {n} #{number}", 1.5, None) for n in range(5))
    table = Table("Hasil", (Column("Indikator", 3), Column("Nilai"), Column("Persen")), rows)
    return Paper(f"Dokumen {number}", "2026", "Kota", (("Nama", f"Ani {number}"),), (table,), "–")


async def test_sixty_pages_come_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presses, "MOST_RESIDENT_BYTES", 1)
    async with opened_press("person", IMPRINT, "id") as press:
        for piece in pieces_of(paper(number) for number in range(60)):
            assert await press.take(piece) <= 10
            assert press.process_id is None  # it had grown too large
        bound = await press.bind(tmp_path / "whole.pdf")
        assert press.pages == 60
        last = press.process_id

    assert last is not None
    assert not psutil.pid_exists(last)
    assert bound == weighed(tmp_path / "whole.pdf", 60)
    texts = [page.extract_text() for page in PdfReader(tmp_path / "whole.pdf").pages]
    for number, text in enumerate(texts):
        assert f"Ani {number}\n" in text + "\n"
        assert f"Indikator 4 #{number}" in text
        assert f"Halaman {number + 1}" in text
        assert "7K2M-9QXA-3D4EF" in text


async def test_a_document_of_one_run_is_readable_by_a_screen_reader(tmp_path: Path) -> None:
    async with opened_press("person", IMPRINT, "id") as press:
        await press.take([paper(1)], alone=True)
        await press.bind(tmp_path / "whole.pdf")

    catalog = PdfReader(tmp_path / "whole.pdf").root_object
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == "id"


async def test_what_cannot_be_set_is_told_and_the_press_goes_on(tmp_path: Path) -> None:
    async with opened_press("nothing", IMPRINT, "id") as press:
        with pytest.raises(PressBroken):
            await press.take([paper(1)])
        with pytest.raises(PressBroken):
            await press.take([paper(1)])


async def test_a_press_that_is_killed_is_told(tmp_path: Path) -> None:
    async with opened_press("person", IMPRINT, "id") as press:
        await press.take([paper(1)])
        assert press.process_id is not None
        os.kill(press.process_id, signal.SIGKILL)
        with pytest.raises(PressBroken):
            await press.take([paper(2)])


async def test_whoever_stops_in_the_middle_leaves_nothing_behind() -> None:
    async def work() -> None:
        async with opened_press("person", IMPRINT, "id") as press:
            await press.take([paper(1)])
            left.append((press.process_id, press._folder))
            await asyncio.sleep(60)

    left: list[tuple[int | None, Path]] = []
    task = asyncio.create_task(work())
    while not left:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    ((process_id, folder),) = left
    assert process_id is not None
    assert not psutil.pid_exists(process_id)
    assert not folder.exists()


async def test_the_press_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENYUT_DATABASE_URL", "postgresql://secret@nowhere/x")
    process = await presses.started()
    try:
        names = psutil.Process(process.pid).environ()
    finally:
        process.kill()
        await process.communicate()

    assert not [name for name in names if name.startswith("DENYUT_")]
