"""How a phone or browser can be reached here: the ways there are, and the key to subscribe with.

Public: the key is the half that every push service sees, and it says nothing about anybody.
"""

from fastapi import APIRouter

from api.dependencies import TheParts
from mobile_contract.people import PushOffer

router = APIRouter(tags=["devices"])


@router.get("/v1/push/key")
async def push_key(parts: TheParts) -> PushOffer:
    """The `applicationServerKey` for `PushManager.subscribe`, and the kinds that are served."""
    return PushOffer(public_key=parts.push_key, kinds=sorted(parts.push_kinds))
