"""Roll-ups of units on the wire: what was reported by child unit and indicator, in any span."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from mobile_contract.quality import QualityView
from mobile_contract.words import Wire


class IndicatorRollup(Wire):
    """What was reported of one indicator; `approved` and `pending` in its unit of measure.

    `measured`: its reports hold measured values (quality, time), whose sums mean nothing; `mean` is
    then that of the approved ones, None where none is approved.
    """

    indicator: Annotated[str, Field(examples=["Kunjungan rumah"])]
    unit_of_measure: Annotated[str, Field(examples=["kali"])]
    reports: Annotated[int, Field(examples=[120])]
    approved: Annotated[float, Field(examples=[96.0])]
    pending: Annotated[float, Field(examples=[14.0])]
    measured: bool = False
    mean: float | None = None


class UnitRollup(Wire):
    """A unit with everything below it; `own`: only those who work in the unit asked about itself.

    `people`: who work there today. Different indicators are never added up; reports are.
    """

    unit_id: UUID
    unit_name: Annotated[str, Field(examples=["Puskesmas Talawi"])]
    own: bool = False
    people: Annotated[int, Field(examples=[38])]
    indicators: list[IndicatorRollup]
    quality: QualityView


class RollupView(Wire):
    """`GET /v1/units/{unit_id}/rollup`: child units by name, then the unit's own people.

    `first` and `last`: local days, both included, of the activities. `as_of`: everything received
    or decided until then is counted.
    """

    unit_id: UUID
    first: Annotated[date, Field(examples=["2026-11-01"])]
    last: Annotated[date, Field(examples=["2026-11-30"])]
    as_of: datetime
    rows: list[UnitRollup]
    total: UnitRollup
