"""A photo is known by its first bytes and ends where its kind says; what follows makes it two."""

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from models.rules.images import ImageKind, end_of, is_whole_photo, kind_of, size_of


def jpeg(scan: bytes = b"\x12\xff\x00\x34\xff\xd0\x56") -> bytes:
    """The frame of a photo, with a segment, a scan with stuffing and a restart, and its end."""
    segment = b"\xff\xe0" + struct.pack(">H", 6) + b"JFIF"
    header = b"\xff\xda" + struct.pack(">H", 4) + b"\x00\x00"
    return b"\xff\xd8" + segment + header + scan + b"\xff\xd9"


def png(body: bytes = b"pixels") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def webp(body: bytes = b"VP8 data") -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


PHOTOS = {ImageKind.JPEG: jpeg(), ImageKind.PNG: png(), ImageKind.WEBP: webp()}


@pytest.mark.parametrize("kind", ImageKind)
def test_a_whole_photo_ends_with_its_last_byte(kind: ImageKind) -> None:
    assert kind_of(PHOTOS[kind]) is kind
    assert end_of(PHOTOS[kind]) == len(PHOTOS[kind])
    assert is_whole_photo(PHOTOS[kind])
    assert is_whole_photo(PHOTOS[kind] + bytes(100))


@pytest.mark.parametrize("kind", ImageKind)
@pytest.mark.parametrize("more", [b"PK\x03\x04archive", b"<script>", b"\x00\x00x", jpeg()])
def test_a_file_that_goes_on_is_two_files(kind: ImageKind, more: bytes) -> None:
    assert not is_whole_photo(PHOTOS[kind] + more)


@pytest.mark.parametrize("kind", ImageKind)
def test_a_photo_that_was_cut_off_does_not_end(kind: ImageKind) -> None:
    for length in range(len(PHOTOS[kind])):
        assert not is_whole_photo(PHOTOS[kind][:length])


def test_several_scans_and_fill_bytes_belong_to_one_photo() -> None:
    second = b"\xff\xff\xda" + struct.pack(">H", 4) + b"\x00\x00" + b"\x77\xff\xff"
    assert is_whole_photo(jpeg(scan=b"\x12" + second))


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"%PDF-1.7", b"<svg/>", b"PK\x03\x04", b"BM", b"RIFF\0\0\0\0WAVE"]
)
def test_other_kinds_are_none_of_ours(data: bytes) -> None:
    assert kind_of(data) is None
    assert end_of(data) is None
    assert not is_whole_photo(data)


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff\xe0\x00\x01", b"\xff\xd8\xff\xe0\x00\x04ab12", b"\xff\xd8\xff\xd8"]
)
def test_a_broken_frame_has_no_end(data: bytes) -> None:
    assert end_of(data) is None


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF"]), st.binary(max_size=400))
def test_whatever_comes_an_end_lies_within(begin: bytes, rest: bytes) -> None:
    data = begin + rest
    end = end_of(data)
    assert end is None or 0 < end <= len(data)


@given(
    st.sampled_from(
        [
            ("JPEG", {"progressive": True}),
            ("JPEG", {"restart_marker_blocks": 1}),
            ("PNG", {}),
            ("WEBP", {}),
            ("WEBP", {"lossless": True}),
            ("WEBP", {"exif": b"Exif\0\0place"}),  # makes it a canvas
        ]
    ),
    st.integers(1, 300),
    st.integers(1, 300),
)
def test_its_pixels_are_those_that_a_decoder_finds(
    made: tuple[str, dict[str, Any]], width: int, height: int
) -> None:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(written, made[0], **made[1])
    assert size_of(written.getvalue()) == (width, height)


@given(
    st.sampled_from(
        [b"\xff\xd8\xff\xc4", b"\xff\xd8\xff\xff", b"\x89PNG\r\n\x1a\n", b"VP8X", b"VP8L", b"VP8 "]
    ),
    st.binary(max_size=200),
)
def test_whatever_comes_its_size_is_found_or_not(begin: bytes, rest: bytes) -> None:
    data = begin + rest
    if begin.startswith(b"VP8"):
        data = b"RIFF" + bytes(4) + b"WEBP" + data
    size = size_of(data)
    assert size is None or min(size) >= 0


@pytest.mark.parametrize("data", [b"", b"GIF89a", jpeg(), png(), webp(), b"\xff\xd8\xff\xda"])
def test_a_photo_that_names_no_pixels_has_no_size(data: bytes) -> None:
    assert size_of(data) is None
