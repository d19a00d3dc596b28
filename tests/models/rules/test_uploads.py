"""What may be announced, which piece is the next one, and where bytes are kept."""

import base64
import hashlib
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.refusals import ChunkDamaged, FileTooLarge, InvalidValue, OffsetMismatch
from models.rules.uploads import (
    MOST_CHUNK_BYTES,
    UploadLimits,
    announced,
    chunk_digest,
    chunk_key,
    chunks_of,
    digest_of,
    folder_of,
    next_offset,
    photo_key,
)

LIMITS = UploadLimits(file_bytes=1_000)


def said(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def test_a_digest_is_64_small_hex_digits() -> None:
    assert digest_of("ab" * 32) == b"\xab" * 32
    for wrong in ("", "ab" * 31, "AB" * 32, "zz" * 32, "ab" * 32 + "\n"):
        with pytest.raises(InvalidValue):
            digest_of(wrong)


def test_a_file_has_a_byte_at_least_and_no_more_than_may_be() -> None:
    assert announced(1_000, LIMITS) == 1_000
    with pytest.raises(FileTooLarge) as refusal:
        announced(200_000_000, LIMITS)
    assert refusal.value.details == {"limit_bytes": 1_000}
    with pytest.raises(InvalidValue):
        announced(0, LIMITS)


@given(st.binary(max_size=200))
def test_a_piece_is_taken_as_it_was_sent(data: bytes) -> None:
    assert chunk_digest(data, said(data)) == hashlib.sha256(data).digest()
    with pytest.raises(ChunkDamaged):
        chunk_digest(data + b"x", said(data))


@pytest.mark.parametrize("header", ["", "sha-256=abc", "md5=:abc:", f"sha-256=:{'=' * 44}:"])
def test_a_digest_of_another_shape_is_named(header: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        chunk_digest(b"", header)
    assert refusal.value.details == {"field": "content-digest"}


def test_pieces_follow_each_other() -> None:
    assert next_offset(0, 10, 0, 4) == 4
    assert next_offset(4, 10, 4, 6) == 10
    for begins_at in (0, 3, 5):
        with pytest.raises(OffsetMismatch) as refusal:
            next_offset(4, 10, begins_at, 1)
        assert refusal.value.details == {"offset": 4}


@pytest.mark.parametrize(("size", "length"), [(10, 0), (10, 7), (10**9, MOST_CHUNK_BYTES + 1)])
def test_a_piece_is_neither_empty_nor_too_long(size: int, length: int) -> None:
    with pytest.raises(InvalidValue):
        next_offset(4, size, 4, length)


@given(st.uuids(), st.integers(0, 2**31), st.binary(min_size=32, max_size=32))
def test_all_of_an_attachment_lies_below_its_folder(id: UUID, begins: int, digest: bytes) -> None:
    key = chunk_key(id, begins, digest)
    assert key.startswith(chunks_of(id))
    for each in (chunks_of(id), photo_key(id, "full"), photo_key(id, "thumb")):
        assert each.startswith(folder_of(id))
    assert folder_of(id) not in folder_of(uuid4())


@pytest.mark.parametrize("name", ["file_bytes", "pixels", "day_files", "unused_days"])
def test_a_limit_of_nothing_is_a_mistake(name: str) -> None:
    with pytest.raises(ValueError, match=r"every photo|a day at least"):
        UploadLimits(**{name: 0})
