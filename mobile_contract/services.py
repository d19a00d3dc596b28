"""Public services on the wire: what a unit gives the public, where, and codes for one visit."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from mobile_contract.words import Name, Wire

MOST_VISIT_CODES = 500  # of one request: ten sheets of paper
MOST_VISIT_DAYS = 92  # a quarter; older paper is thrown away

YearlyUsers = Annotated[int, Field(ge=1, le=100_000_000, examples=[12_000])]
ServiceName = Annotated[Name, Field(examples=["Penerbitan KTP-el"])]
PointName = Annotated[Name, Field(examples=["Loket 1"])]


class PointView(Wire):
    """Where a service is given. `code` and `address` are what its poster shows."""

    id: UUID
    service_id: UUID
    code: str = Field(examples=["7K2M9QXA"])
    name: str = Field(examples=["Loket 1"])
    asks_visit_code: bool
    address: str = Field(examples=["https://kinerja.example.go.id/s/7K2M9QXA"])
    retired_at: datetime | None = None


class ServiceView(Wire):
    """A service. `yearly_users`: how many people it serves in a year; null where nobody knows."""

    id: UUID
    unit_id: UUID
    unit_name: str = Field(examples=["Bidang Pendaftaran Penduduk"])
    name: str = Field(examples=["Penerbitan KTP-el"])
    yearly_users: int | None = Field(default=None, examples=[12_000])
    retired_at: datetime | None = None
    points: list[PointView]


class NewService(Wire):
    """`POST /v1/units/{id}/services`. The same id again with the same facts is the same service."""

    id: UUID | None = None
    name: ServiceName
    yearly_users: YearlyUsers | None = None


class ServiceChange(Wire):
    """`PATCH /v1/services/{id}`: only what is given changes.

    A service is retired, never deleted: what was said of it stays. null makes its users unknown.
    """

    name: ServiceName | None = None
    yearly_users: YearlyUsers | None = None
    retired: bool | None = None


class NewPoint(Wire):
    """`POST /v1/services/{id}/points`. `asks_visit_code`: one verdict for each code handed out."""

    id: UUID | None = None
    name: PointName
    asks_visit_code: bool = False


class PointChange(Wire):
    """`PATCH /v1/service-points/{id}`: only what is given changes. Its code stays."""

    name: PointName | None = None
    asks_visit_code: bool | None = None
    retired: bool | None = None


class NewVisitCodes(Wire):
    """`POST /v1/service-points/{id}/visit-codes`."""

    count: Annotated[int, Field(ge=1, le=MOST_VISIT_CODES, examples=[50])]
    days: Annotated[int, Field(ge=1, le=MOST_VISIT_DAYS, examples=[30])] = 30


class VisitCodes(Wire):
    """The codes, once: only their hashes are kept, so nobody can read them again."""

    codes: list[str] = Field(examples=[["7K2M-9QXA-C"]])
    expires_at: datetime
