"""Photos go through processes that end, however bad they are; the service stays as it was."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from api.images.press import (
    ImageOptions,
    ImagePress,
    bare_environment,
    gathered,
    outcome_of,
    refusal_of_image,
)
from models.rules.refusals import Busy, ImageTooLarge, ImageUnreadable
from tests.standins.photos import photo, pixel_bomb

PIXELS = 50_000_000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "photo"
    file.write_bytes(photo())
    return file


def children() -> int:
    return len(psutil.Process().children())


async def test_a_photo_comes_back_in_two_sizes(source: Path) -> None:
    press = ImagePress(ImageOptions())
    made = await press.pressed(source, PIXELS)
    assert (made.width, made.height, made.media_type) == (480, 640, "image/jpeg")
    assert made.full.startswith(b"\xff\xd8")
    assert len(made.thumb) < len(made.full)
    assert (press.made, press.refused) == (1, 0)


@pytest.mark.parametrize(
    ("data", "expected"), [(b"none", ImageUnreadable), (pixel_bomb(), ImageTooLarge)]
)
async def test_what_is_none_is_refused_by_name(
    source: Path, data: bytes, expected: type[Exception]
) -> None:
    source.write_bytes(data)
    press = ImagePress(ImageOptions())
    with pytest.raises(expected):
        await press.pressed(source, PIXELS)
    assert press.refused == 1


async def test_a_process_that_takes_too_long_is_ended_and_the_photo_may_come_again(
    source: Path,
) -> None:
    before = children()
    press = ImagePress(ImageOptions(timeout_s=0.001))
    with pytest.raises(Busy):
        await press.pressed(source, PIXELS)
    assert children() <= before
    assert (press.refused, press.failed) == (0, 1)


async def test_a_full_disk_is_not_the_photos_fault(source: Path) -> None:
    source.with_suffix(".full").mkdir()  # as good as full: nothing can be written there
    press = ImagePress(ImageOptions())
    with pytest.raises(Busy):
        await press.pressed(source, PIXELS)
    assert (press.refused, press.failed) == (0, 1)


async def test_a_machine_without_room_for_a_process_is_not_the_photos_fault(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(source.parent / "nothing"))
    with pytest.raises(Busy):
        await ImagePress(ImageOptions()).pressed(source, PIXELS)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (-signal.SIGXCPU, {"refused": "image_too_large"}),
        (-signal.SIGSEGV, {"refused": "image_unreadable"}),
        (-signal.SIGABRT, {"refused": "image_unreadable"}),
        (-signal.SIGKILL, {"failed": "it ended with -9"}),  # whoever watches over the memory
        (-signal.SIGTERM, {"failed": "it ended with -15"}),
        (1, {"failed": "it ended with 1"}),  # Python itself could not start
        (0, {"width": 7}),
    ],
)
def test_the_end_of_a_process_says_whose_fault_it_was(code: int, outcome: dict[str, Any]) -> None:
    assert outcome_of(code, b'{"width": 7}') == outcome


async def test_whoever_comes_when_too_many_wait_is_told_to_try_again(source: Path) -> None:
    press = ImagePress(ImageOptions(at_once=1, waiting=1))
    first = asyncio.create_task(press.pressed(source, PIXELS))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await press.pressed(source, PIXELS)
    assert (await first).width == 480


async def test_pieces_become_a_file_that_goes_with_the_block() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    async with gathered(pieces()) as file:
        assert file.read_bytes() == b"one two"
    assert not file.parent.exists()


def test_it_knows_nothing_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENYUT_DATABASE_URL", "postgresql://geheim@localhost/x")
    assert "geheim" not in str(bare_environment())
    assert os.environ["DENYUT_DATABASE_URL"]


def test_a_refusal_says_the_same_when_asked_again() -> None:
    assert refusal_of_image("image_too_large", 7).details == {"limit_pixels": 7}
    assert isinstance(refusal_of_image("image_unreadable", 7), ImageUnreadable)
