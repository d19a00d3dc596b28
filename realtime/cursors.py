"""Cursors as text: what a phone keeps and hands back without looking inside.

The text is the JSON of `mobile_contract.live.Cursor` in base64url; the JSON itself is taken as
well, for people who try the service by hand. Invariant: whatever is not a cursor of this feed is
refused as `invalid_cursor`, never guessed at.
"""

import base64
import binascii

import msgspec

from mobile_contract.live import Cursor
from models.rules.refusals import InvalidCursor

MOST_CHARACTERS = 32_768  # about 300 topics
MOST_POSITION = 2**67  # a position is seq * 16 + shard, and seq a bigint


def cursor_text(cursor: Cursor) -> str:
    """A cursor as opaque text without padding."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).rstrip(b"=").decode()


def cursor_of(text: str) -> Cursor:
    """The cursor in a text. Raises InvalidCursor."""
    if len(text) > MOST_CHARACTERS or not text.isascii():
        raise InvalidCursor
    try:
        if text.startswith("{"):
            written = text.encode()
        else:
            padded = text + "=" * (-len(text) % 4)
            written = base64.b64decode(padded, altchars=b"-_", validate=True)
        cursor = msgspec.json.decode(written, type=Cursor)
    except (msgspec.MsgspecError, binascii.Error, ValueError, RecursionError):
        raise InvalidCursor from None
    if not all(0 <= position < MOST_POSITION for position in cursor.positions.values()):
        raise InvalidCursor
    return cursor
