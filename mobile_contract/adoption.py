"""Adoption and impact on the wire: who uses the service, and what was before and after.

Missing is null, never 0; a difference is never called an effect (`caveats`).
"""

from uuid import UUID

from mobile_contract.words import Wire, example

_UNIT = "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b24"


class UnitAdoption(Wire):
    """Counts of people in a child unit and below; with `own`, of the unit's own people.

    `signed_in_week` and `reported_week` look 7 days back; `practice`, `read_lesson` (people) and
    `on_behalf` (reports that a mentor captured) as many days as were asked for.
    """

    unit_id: UUID
    unit_name: str
    own: bool = False
    people: int
    activated: int
    signed_in_week: int
    reported_week: int
    on_behalf: int
    practice: int
    read_lesson: int


class AdoptionView(Wire):
    """`GET /v1/units/{id}/adoption`."""

    model_config = example(
        {"unit_id": _UNIT, "days": 30,
         "units": [{"unit_id": _UNIT, "unit_name": "Puskesmas", "own": False, "people": 40,
                    "activated": 38, "signed_in_week": 35, "reported_week": 33, "on_behalf": 6,
                    "practice": 4, "read_lesson": 21}]}
    )  # fmt: skip

    unit_id: UUID
    days: int
    units: list[UnitAdoption]


class Measured(Wire):
    """A unit over some months. Shares lie in 0-1; null: nothing yet to take a share of."""

    quantity_reports: int
    approved_share: float | None = None
    on_time_share: float | None = None
    satisfaction_index: float | None = None
    responses: int


class CaveatView(Wire):
    """Why a difference may mean less than it seems, in the reader's language."""

    code: str
    text: str


class UnitImpact(Wire):
    """A unit before and after."""

    unit_id: UUID
    unit_name: str
    before: Measured
    after: Measured
    caveats: list[CaveatView]


class ImpactView(Wire):
    """`GET /v1/units/{id}/impact`: the unit as a whole, then its child units.

    `before` and `after` are the first and last months of each window, such as `2026-08`.
    """

    model_config = example(
        {"unit_id": _UNIT, "before": ["2026-05", "2026-07"], "after": ["2026-08", "2026-10"],
         "units": [{"unit_id": _UNIT, "unit_name": "Dinas Kesehatan",
                    "before": {"quantity_reports": 4100, "approved_share": 0.71,
                               "on_time_share": 0.83, "satisfaction_index": None, "responses": 0},
                    "after": {"quantity_reports": 5200, "approved_share": 0.78,
                              "on_time_share": 0.9, "satisfaction_index": 84.2, "responses": 210},
                    "caveats": [{"code": "not_a_cause",
                                 "text": "Perubahan ini belum tentu disebabkan oleh Denyut."}]}]}
    )  # fmt: skip

    unit_id: UUID
    before: list[str]
    after: list[str]
    units: list[UnitImpact]
