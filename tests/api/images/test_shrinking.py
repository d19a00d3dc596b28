"""A photo is written anew: its picture stays, and nothing else; what is none is refused."""

import errno
import io
import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from api.images.shrinking import FULL_EDGE, THUMB_EDGE, Refused, answered, shrunk
from tests.standins.photos import PLACE, film, noise, photo, pixel_bomb, webp_bomb

PIXELS = 50_000_000


def files(folder: Path, data: bytes) -> tuple[Path, Path, Path]:
    source = folder / "photo"
    source.write_bytes(data)
    return source, folder / "full", folder / "thumb"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_two_sizes_come_of_it_and_no_word_about_where(tmp_path: Path, kind: str) -> None:
    source, full, thumb = files(tmp_path, photo(3_000, 1_500, kind))
    kept = shrunk(source, full, thumb, PIXELS)
    assert kept["media_type"] == "image/jpeg"
    for file, edge in ((full, FULL_EDGE), (thumb, THUMB_EDGE)):
        with Image.open(file) as seen:
            assert seen.format == "JPEG"
            assert max(seen.size) == edge
            assert not seen.getexif()
            assert set(seen.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density",
                                      "progressive", "progression"}  # fmt: skip
        assert PLACE.encode() not in file.read_bytes()
        assert b"Exif" not in file.read_bytes()


def test_a_photo_that_lies_on_its_side_stands_up(tmp_path: Path) -> None:
    source, full, thumb = files(tmp_path, photo(640, 480))
    kept = shrunk(source, full, thumb, PIXELS)
    assert (kept["width"], kept["height"]) == (480, 640)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("L", "JPEG"), ("CMYK", "JPEG"), ("P", "PNG"), ("LA", "PNG"), ("1", "PNG"), ("RGBA", "WEBP")],
)
def test_photos_of_every_colouring_are_taken(tmp_path: Path, mode: str, kind: str) -> None:
    written = io.BytesIO()
    Image.new("RGB", (3_000, 1_000), "white").convert(mode).save(written, kind)
    source, full, thumb = files(tmp_path, written.getvalue())
    shrunk(source, full, thumb, PIXELS)
    with Image.open(full) as seen:
        assert (seen.mode, seen.size) == ("RGB", (2_048, 683))
        assert min(seen.getpixel((50, 50))) > 250


def test_what_was_transparent_is_white(tmp_path: Path) -> None:
    written = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")
    source, full, thumb = files(tmp_path, written.getvalue())
    shrunk(source, full, thumb, PIXELS)
    with Image.open(full) as seen:
        assert seen.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"GIF89a" + bytes(100),
        photo() + b"PK\x03\x04",
        photo()[:-400],
        photo(kind="PNG")[:60] + photo(kind="PNG")[70:],
        film(),
    ],
    ids=["empty", "page", "gif", "archive behind it", "cut off", "broken", "film"],
)
def test_what_is_no_photo_is_refused(tmp_path: Path, data: bytes) -> None:
    source, full, thumb = files(tmp_path, data)
    with pytest.raises(Refused, match="image_unreadable"):
        shrunk(source, full, thumb, PIXELS)
    assert not full.exists()


@pytest.mark.parametrize(
    "bomb",
    [pixel_bomb(), webp_bomb(), webp_bomb(canvas=True)],
    ids=["PNG", "WebP", "canvas of WebP"],
)
def test_pixels_are_counted_before_they_are_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bomb: bytes
) -> None:
    source, full, thumb = files(tmp_path, bomb)
    monkeypatch.setattr(Image, "open", None)  # nobody opens it
    with pytest.raises(Refused, match="image_too_large"):
        shrunk(source, full, thumb, PIXELS)
    assert answered([*map(str, (source, full, thumb)), "10"]) == {"refused": "image_too_large"}


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (MemoryError(), {"refused": "image_too_large"}),
        (OSError(errno.EFBIG, "too big"), {"refused": "image_too_large"}),
        (OSError(errno.ENOSPC, "full"), {"failed": "[Errno 28] full"}),
    ],
)
def test_what_is_wrong_with_the_machine_is_not_said_of_the_photo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, answer: dict[str, str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    words = [*map(str, files(tmp_path, photo())), str(PIXELS)]
    monkeypatch.setattr(Image.Image, "save", broken)
    assert answered(words) == answer
    monkeypatch.undo()
    monkeypatch.setattr(Image.Image, "thumbnail", broken)
    assert answered(words) == answer


@pytest.mark.parametrize("error", [KeyError("tag"), OSError("truncated"), struct.error("short")])
def test_however_a_decoder_breaks_it_is_no_photo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Image.Image, "thumbnail", broken)
    words = [*map(str, files(tmp_path, photo())), str(PIXELS)]
    assert answered(words) == {"refused": "image_unreadable"}


def test_a_file_that_is_not_there_is_no_fault_of_a_photo(tmp_path: Path) -> None:
    words = [str(tmp_path / name) for name in ("photo", "full", "thumb")]
    assert "failed" in answered([*words, str(PIXELS)])


def test_it_works_with_few_means_of_its_own(tmp_path: Path) -> None:
    source, full, thumb = files(tmp_path, noise(1_600, 1_200))
    words = [str(source), str(full), str(thumb), str(PIXELS)]
    process = subprocess.run(
        [sys.executable, "-m", "api.images.shrinking", *words], capture_output=True, text=True
    )
    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout) == {
        "media_type": "image/jpeg",
        "width": 1_600,
        "height": 1_200,
    }
