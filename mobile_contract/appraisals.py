"""Appraisals on the wire: what is suggested and why, what was decided by whom, and objections.

A rating is `below`, `meets` or `above` expectation; every rating has a human author, the service
only suggests. Missing is null and never 0. Percentages are of the goal of the part.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from mobile_contract.words import BaseVersion, Prose, Reason, Wire

RatingWord = Literal["below", "meets", "above"]
PredicateWord = Literal["very_good", "good", "needs_improvement", "poor", "very_poor"]
ValueWord = Literal[
    "service_orientation",
    "accountable",
    "competent",
    "harmonious",
    "loyal",
    "adaptive",
    "collaborative",
]
AppraisalState = Literal[
    "open", "self_assessed", "decided", "acknowledged", "objected", "final", "reopened"
]
PeriodWord = Annotated[str, Field(max_length=7, examples=["2026-Q4", "2026-11", "2026"])]


class Opening(Wire):
    """`POST /v1/units/{id}/appraisals`: opens a period for everybody in the unit and below."""

    period: PeriodWord


class OpeningDone(Wire):
    """How many were opened just now. `complete` false: many people; ask again for the rest."""

    period: str = Field(examples=["2026-Q4"])
    opened: int = Field(examples=[118])
    complete: bool = Field(examples=[True])


class SelfAssessment(Wire):
    """`POST /v1/appraisals/{id}/self-assessment`: one's own word; a rating if one wants."""

    text: Reason = Field(examples=["Kunjungan rumah tercapai; pelaporan sempat terlambat."])
    rating: RatingWord | None = Field(default=None, examples=["meets"])


class ShownValue(Wire):
    """How one of the seven values was lived, with an example that others can follow."""

    value: ValueWord
    rating: RatingWord
    example: Prose = Field(examples=["Menemani lansia mengurus berkas sampai selesai."])


class DecisionBody(Wire):
    """`POST /v1/appraisals/{id}/decision`: all seven values, each with an example.

    `behaviour_rating` null: the median of the seven. A reason is required when a rating is not
    the suggested one, and when nothing could be suggested.
    """

    base_version: BaseVersion
    result_rating: RatingWord
    behaviour: Annotated[list[ShownValue], Field(max_length=7)]
    behaviour_rating: RatingWord | None = None
    reason: Prose = Field(default="", examples=["Dua bulan membantu loket yang kekurangan orang."])


class ObjectionBody(Wire):
    """`POST /v1/appraisals/{id}/objection`: the id is made by the sender."""

    id: UUID
    reasons: Reason = Field(examples=["Laporan selama gangguan jaringan belum dihitung."])


class ObjectionAnswer(Wire):
    """`POST /v1/objections/{id}/decision`: final. `changed` names at least one other rating."""

    outcome: Literal["upheld", "changed"]
    result_rating: RatingWord | None = None
    behaviour_rating: RatingWord | None = None
    reason: Reason = Field(examples=["Laporan itu masuk hitungan; targetnya tercapai."])


class Reopening(Wire):
    """`POST /v1/appraisals/{id}/reopening`: by HR, with a trace; the old evidence stays."""

    reason: Reason = Field(examples=["Cuti melahirkan belum tercatat saat dinilai."])


class SelfAssessed(Wire):
    """What the employee said of their own period."""

    text: str
    rating: RatingWord | None = None
    at: datetime


class AppraisalView(Wire):
    """One person's period, or the part of it in one unit: [part_start, part_end).

    Ratings are null before the first decision. `objection_until`: the last local day on which
    an objection may be made. While `state` is `reopened` the ratings of before are still shown.
    """

    id: UUID
    employee_id: UUID
    employee_name: str
    kind: Literal["month", "quarter", "year"]
    period: str = Field(examples=["2026-Q4"])
    period_start: datetime
    period_end: datetime
    part_start: datetime
    part_end: datetime
    unit_id: UUID
    unit_name: str
    state: AppraisalState
    version: int
    opened_at: datetime
    self_assessment: SelfAssessed | None = None
    result_rating: RatingWord | None = None
    behaviour_rating: RatingWord | None = None
    predicate: PredicateWord | None = None
    reason: str = ""
    decided_by: UUID | None = None
    decided_by_name: str | None = None
    decided_at: datetime | None = None
    decision_number: int
    acknowledged_at: datetime | None = None
    objection_until: date | None = None


class PartGoal(Wire):
    """What the part asked for: sums in proportion to its working time."""

    quantity: float
    low: float | None = None
    high: float | None = None


class TargetEvidenceView(Wire):
    """One target behind the suggestion. `achievement` in percent; null: missing.

    `reports` approved ones stand behind it; `report_ids` names the first 500 of them.
    """

    id: UUID
    indicator: str
    unit_of_measure: str
    aspect: str
    direction: str
    kind: Literal["main", "additional"]
    result_title: str | None = None
    quantity: float
    part_goal: PartGoal
    approved: float
    pending: float
    observations: int
    value: float | None = None
    achievement: float | None = None
    rating: RatingWord | None = None
    service_id: UUID | None = None
    reports: int
    report_ids: list[UUID]


class ResultSuggestion(Wire):
    """`mean`: of the main results, in percent, each capped. `missing`: targets without a word."""

    rating: RatingWord | None = None
    mean: float | None = None
    missing: list[UUID]


class SuggestionPair(Wire):
    """What was suggested. `behaviour` is the median of the seven, null before they are given."""

    result: ResultSuggestion
    behaviour: RatingWord | None = None


class EvidenceView(Wire):
    """What a suggestion stands on; frozen with its hash once decided, live before that.

    `bands`: where ratings turn, in percent. `quality`: shares 0-1 of the part's reports, null
    where there is nothing yet. `satisfaction`: the index of the unit and of services that
    targets name, null without answers.
    """

    rules: str = Field(examples=["2026-1"])
    number: int | None = None
    sha256: str | None = None
    working_s: float
    bands: dict[str, float] = Field(
        examples=[{"meets_from": 80.0, "above_over": 110.0, "cap": 120.0}]
    )
    targets: list[TargetEvidenceView]
    satisfaction: dict[str, Any]
    quality: dict[str, float | int | None]
    suggestion: SuggestionPair
    decision: dict[str, Any] | None = None


class ObjectionView(Wire):
    """An objection to one decision; `outcome` null: it waits."""

    id: UUID
    appraisal_id: UUID
    decision_number: int
    reasons: str = Field(examples=["Laporan selama gangguan jaringan belum dihitung."])
    made_at: datetime
    outcome: Literal["upheld", "changed"] | None = None
    decided_by: UUID | None = None
    decided_by_name: str | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""


class StepView(Wire):
    """One step of an appraisal's course; `by` null: the calendar."""

    at: datetime
    by: UUID | None = None
    by_name: str | None = None
    what: str = Field(examples=["self_assessed"])
    details: dict[str, Any]


class DepartureView(Wire):
    """A predicate whose share (0-1) is not the expected one."""

    predicate: PredicateWord
    share: float
    expected: float


class DistributionWarningView(Wire):
    """The unit departs from its organisation's own predicate. A warning, never a refusal."""

    own: PredicateWord
    decided: int
    departures: list[DepartureView]


class AppraisalDetail(AppraisalView):
    """`GET /v1/appraisals/{id}`: with everything that it stands on and that happened to it."""

    behaviours: list[ShownValue]
    evidence: EvidenceView
    objections: list[ObjectionView]
    steps: list[StepView]
    distribution_warning: DistributionWarningView | None = None


class DistributionView(Wire):
    """`GET /v1/units/{id}/distribution`: decisions that stand, by predicate, and what waits."""

    unit_id: UUID
    period: str = Field(examples=["2026-Q4"])
    counts: dict[PredicateWord, int]
    decided: int
    waiting: int
    own: PredicateWord | None = None
    own_unit_id: UUID | None = None
    decree: str = ""
    warning: DistributionWarningView | None = None


class OwnPredicate(Wire):
    """`PUT /v1/units/{id}/predicate`: the organisation's own predicate of a period."""

    period: PeriodWord
    predicate: PredicateWord = Field(examples=["good"])
    decree: Reason = Field(examples=["SK Wali Kota 100/2026"])
