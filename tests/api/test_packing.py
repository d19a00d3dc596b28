"""Packing bodies: what comes out is what went in, and never more than the limit."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.packing import LEAST_BYTES, Headers, packed, unpacked
from mobile_contract.reports import MAX_SYNC_BYTES, MAX_UNPACKED_BYTES
from models.rules.refusals import BodyTooLarge, MalformedRequest

LIMIT_BYTES = 100_000


@given(st.binary(max_size=5_000))
def test_a_packed_body_is_read_as_it_was(body: bytes):
    assert unpacked(gzip.compress(body), b"gzip", LIMIT_BYTES) == body
    assert unpacked(body, None, LIMIT_BYTES) == body


def test_a_small_body_that_grows_beyond_the_limit_is_refused():
    bomb = gzip.compress(bytes(50 * LIMIT_BYTES))
    assert len(bomb) < LIMIT_BYTES
    with pytest.raises(BodyTooLarge):
        unpacked(bomb, b"gzip", LIMIT_BYTES)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"mutations": []}',
        gzip.compress(b"cut off")[:-3],
        gzip.compress(b"one") + gzip.compress(b"two"),
    ],
)
def test_what_is_no_whole_gzip_is_malformed(body: bytes):
    with pytest.raises(MalformedRequest, match="content-encoding"):
        unpacked(body, b"gzip", LIMIT_BYTES)


def test_the_limit_of_what_is_packed_is_the_contracts() -> None:
    whole = bytes(MAX_UNPACKED_BYTES)
    assert unpacked(gzip.compress(whole), b"gzip", MAX_SYNC_BYTES) == whole
    with pytest.raises(BodyTooLarge, match=str(MAX_UNPACKED_BYTES)):
        unpacked(gzip.compress(whole + b"x"), b"gzip", MAX_SYNC_BYTES)


def test_another_packing_is_malformed():
    with pytest.raises(MalformedRequest, match="content-encoding"):
        unpacked(b"{}", b"zstd", LIMIT_BYTES)


def test_an_answer_is_packed_for_whoever_asks_when_it_is_worth_it():
    long, short = b"x" * LEAST_BYTES, b"x"
    headers: Headers = []
    assert gzip.decompress(packed(long, b"gzip, deflate, br", headers)) == long
    assert (b"content-encoding", b"gzip") in headers
    for answer, accepted in ((long, None), (long, b"br"), (short, b"gzip")):
        none: Headers = []
        assert packed(answer, accepted, none) == answer
        assert none == []
