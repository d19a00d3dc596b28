"""Quality of what was reported, and the evidence beside a report, on the wire.

Shares run from 0 to 1; null means that there is nothing yet to take a share of, never zero.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from mobile_contract.words import Wire, clean

MAX_EVIDENCE = 10  # pieces of one report; a phone shows no more
MAX_REFERENCE_CHARACTERS = 500
DIGEST = re.compile(r"[0-9a-f]{64}")
ADDRESS = re.compile(r"https://[^\s/]+\S*")

OptionalShare = Annotated[float | None, Field(ge=0, le=1, examples=[0.875])]


class QualityView(Wire):
    """How well was reported.

    `approval_rate`: approved at once, of all that were decided; `returned_share`: returned at
    least once, of the same. `on_time_share`: of all reports; `excused` of them were late because
    of a recorded outage and count as on time. `observations`: how many were decided.
    """

    reports: Annotated[int, Field(examples=[84])]
    approval_rate: OptionalShare = None
    returned_share: OptionalShare = None
    on_time_share: OptionalShare = None
    excused: Annotated[int, Field(examples=[3])]
    evidence_rate: OptionalShare = None
    observations: Annotated[int, Field(examples=[72])]


class EvidencePiece(Wire):
    """A link, by its https address; a photo or a document by its address or by the SHA-256 of the
    file, 64 hex digits."""

    kind: Annotated[Literal["photo", "document", "link"], Field(examples=["link"])]
    reference: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=MAX_REFERENCE_CHARACTERS),
        AfterValidator(clean),
        Field(examples=["https://arsip.contoh.go.id/berkas/1207"]),
    ]

    @model_validator(mode="after")
    def _refers_to_something(self) -> "EvidencePiece":
        if ADDRESS.fullmatch(self.reference):
            return self
        if self.kind == "link" or not DIGEST.fullmatch(self.reference):
            raise ValueError("evidence refers to an https address or to the digest of a file")
        return self


class EvidenceChange(Wire):
    """`PUT /v1/reports/{report_id}/evidence`: replaces all of it; an empty list takes it away.

    To an approved report only photos are added, behind all that lies there.
    """

    evidence: Annotated[list[EvidencePiece], Field(max_length=MAX_EVIDENCE)]


class EvidenceView(Wire):
    """A piece of evidence as it is read. `held`: its photo has been uploaded and can be looked at,
    by `GET /v1/attachments/{sha256}?report=…`."""

    kind: Annotated[str, Field(examples=["photo"])]
    reference: Annotated[str, Field(examples=["9f86d081884c7d65" * 4])]
    made_at: datetime
    held: bool = False
