"""Bodies in gzip, both ways: a phone on a bad signal sends ten reports in two small packets.

Invariant: nobody makes us hold more than the limit, however small the body that came: unpacking
stops there. What is no gzip is malformed, and an answer is packed only for whoever asked for it.
"""

import zlib

from mobile_contract.reports import MAX_UNPACKED_BYTES
from models.rules.refusals import BodyTooLarge, MalformedRequest

GZIP = 16 + zlib.MAX_WBITS  # zlib's word for the gzip format
HEADER = "content-encoding"
LEAST_BYTES = 1_000  # of an answer; less fits into one packet anyway
LEVEL = 1  # the higher ones cost the hot path more than they save the phone

Headers = list[tuple[bytes, bytes]]


def unpacked(body: bytes, encoding: bytes | None, limit_bytes: int) -> bytes:
    """The body as it was before packing. Raises BodyTooLarge; MalformedRequest, which names the
    header that does not fit: for another packing, and for a body that is no gzip."""
    if encoding is None or encoding.strip().lower() in (b"", b"identity"):
        return body
    if encoding.strip().lower() not in (b"gzip", b"x-gzip"):
        raise MalformedRequest(field=HEADER)
    limit_bytes = min(limit_bytes, MAX_UNPACKED_BYTES)
    reader = zlib.decompressobj(GZIP)
    try:
        text = reader.decompress(body, limit_bytes + 1)
    except zlib.error:
        raise MalformedRequest(field=HEADER) from None
    if len(text) > limit_bytes:
        raise BodyTooLarge(limit_bytes=limit_bytes)
    if not reader.eof or reader.unused_data:
        raise MalformedRequest(field=HEADER)
    return text


def packed(answer: bytes, accepted: bytes | None, headers: Headers) -> bytes:
    """The answer, in gzip where that is asked for and worth it; says so in `headers`."""
    if len(answer) < LEAST_BYTES or b"gzip" not in (accepted or b"").lower():
        return answer
    headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
    writer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    return writer.compress(answer) + writer.flush()
