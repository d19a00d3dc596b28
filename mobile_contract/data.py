"""My data on the wire: asking for everything that the service keeps about me.

The export itself is one like any other: `GET /v1/exports/{id}` says how far it is.
"""

from typing import Literal
from uuid import UUID

from pydantic import ConfigDict

from mobile_contract.words import Wire


class NewDataExport(Wire):
    """`POST /v1/me/data-exports`. The same id again is the same export."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7c10", "language": "id"}]
        }
    )

    id: UUID
    language: Literal["id", "en"] = "id"
