"""`GET /v1/feed`: a snapshot of the caller's topics, or what happened after a cursor.

For phones that look now and then, and for screens before they open the socket. The answer is of
the live feed's own types, so it is encoded as they are and never modelled twice.
"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from api.dependencies import Caller, TheParts
from mobile_contract.cards import USUAL_CARDS

MOST_EVENTS = 500  # of one page: about 300 KB of JSON

router = APIRouter(tags=["feed"])


@router.get("/v1/feed")
async def feed(
    parts: TheParts,
    caller: Caller,
    cursor: Annotated[str | None, Query()] = None,
    topic: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_EVENTS)] = USUAL_CARDS,
) -> Response:
    """Without a cursor each topic's newest `limit` cards, else at most `limit` events after it.

    `topic` narrows the answer to one topic that the caller may see.
    """
    if cursor is None:
        answer = await parts.feed.snapshot(caller, topic, limit)
    else:
        answer = await parts.feed.page(caller, topic, cursor, limit)
    return Response(
        msgspec.json.encode(answer),
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )
