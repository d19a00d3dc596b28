"""A public service of the subject's unit, with a point and what a citizen said of it."""

from typing import Any, Protocol
from uuid import UUID

from tests.making.survey import make_point, make_service, make_verdict


class Marked(Protocol):
    """Whom things are made for; whatever a person wrote carries their mark."""

    @property
    def mark(self) -> str: ...


async def things(connection: Any, draft: Marked, unit_id: UUID, author_id: UUID) -> dict[str, UUID]:
    """Their ids, by the names that rows use. The point's code begins the mark."""
    mark = draft.mark
    service_id = await make_service(connection, unit_id, f"Layanan {mark}")
    point_id = await make_point(connection, service_id, code=mark[:8].upper())
    verdict_id = await make_verdict(connection, point_id, comment=f"word-{mark}")
    return {"service": service_id, "point": point_id, "verdict": verdict_id}
