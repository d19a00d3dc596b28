"""The public's verdict on the wire: what a citizen sends, and what those answer who serve them.

Nine answers from 1 (worst) to 4 (best) by name. An answer that is missing is refused as
`element_missing`, never taken for a zero; where nobody answered, an index is null.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from mobile_contract.words import CleanText, Reason, Wire, clean
from models.rules.satisfaction import ELEMENTS, Element, Tally

MAX_COMMENT_CHARACTERS = 1_000

Answer = Annotated[int, Field(ge=1, le=4, examples=[4])]
Comment = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MAX_COMMENT_CHARACTERS),
    AfterValidator(clean),
]
Grade = Literal["A", "B", "C", "D"]
Percent = Annotated[float, Field(ge=0, le=100, examples=[91.48])]


class SurveyQuestion(Wire):
    """One of the nine. `answers`: what 1, 2, 3 and 4 mean."""

    element: Element
    question: str = Field(examples=["Apakah layanannya cepat selesai?"])
    answers: list[str] = Field(examples=[["Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"]])


class SurveyView(Wire):
    """`GET /v1/survey/{code}`: where the citizen stands, and what to ask."""

    unit_name: str = Field(examples=["Bidang Pendaftaran Penduduk"])
    service_name: str = Field(examples=["Penerbitan KTP-el"])
    point_name: str = Field(examples=["Loket 1"])
    asks_visit_code: bool
    questions: list[SurveyQuestion]


class Answers(Wire):
    """The nine answers. Each is needed; one that is missing is refused by its name."""

    requirements: Answer | None = None
    procedure: Answer | None = None
    time: Answer | None = None
    cost: Answer | None = None
    product: Answer | None = None
    competence: Answer | None = None
    behaviour: Answer | None = None
    complaints: Answer | None = None
    facilities: Answer | None = None

    def by_element(self) -> dict[Element, int | None]:
        """The same by element."""
        return {element: getattr(self, element.value) for element in ELEMENTS}


class NewVerdict(Wire):
    """`POST /v1/survey/{code}`. `id` is drawn by chance (UUID 4 or 7) and is the receipt.

    The same id again with the same body is answered the same. The comment is read by the unit:
    name nobody in it.
    """

    id: UUID
    answers: Answers
    comment: Annotated[Comment, Field(examples=["Antreannya rapi."])] = ""
    visit_code: Annotated[CleanText, Field(max_length=64, examples=["7K2M-9QXA-C"])] = ""


class VerdictReceipt(Wire):
    """Stored. With the receipt, and with nothing else, the reply can be read."""

    receipt: UUID = Field(examples=["01939b5e-7c52-7d0b-9c1e-3f2a6b8d4e11"])


class VerdictReply(Wire):
    """`GET /v1/verdicts/{receipt}`: what the unit answered; null: nothing yet."""

    reply: str | None = Field(default=None, examples=["Terima kasih, kursi tunggu ditambah."])
    replied_at: datetime | None = None


class VerdictView(Wire):
    """One verdict as the unit reads it. A hidden comment is null; its numbers count as before."""

    id: UUID
    unit_id: UUID
    service_id: UUID
    service_name: str = Field(examples=["Penerbitan KTP-el"])
    point_name: str = Field(examples=["Loket 1"])
    at: datetime
    answers: Answers
    index: Percent
    low: bool
    comment: str | None = Field(default=None, examples=["Antreannya rapi."])
    hidden: bool
    reply: str | None = None
    replied_by_name: str | None = None
    replied_at: datetime | None = None


class VerdictsPage(Wire):
    """The newest first."""

    verdicts: list[VerdictView]
    next_cursor: str | None = None


class NewReply(Wire):
    """`POST /v1/verdicts/{id}/reply`: once; the citizen reads it with their receipt."""

    reply: Annotated[Reason, Field(examples=["Terima kasih, kursi tunggu ditambah."])]


class Hiding(Wire):
    """`POST /v1/verdicts/{id}/hiding`: of the comment, never of the numbers."""

    reason: Annotated[Reason, Field(examples=["Menyebut nama seorang pasien."])]


class ElementMean(Wire):
    """How one element was answered, from 1.00 to 4.00; null without responses."""

    element: Element
    mean: float | None = Field(default=None, examples=[3.62])
    responses: int


class SampleView(Wire):
    """Whether the responses stand for everybody served in a year (Krejcie and Morgan).

    All null where nobody knows how many are served. It says how far to trust the index and
    hides nothing.
    """

    population: int | None = Field(default=None, examples=[12_000])
    needed: int | None = Field(default=None, examples=[372])
    adequate: bool | None = None


class IndexOfMonth(Wire):
    """One month of the trend."""

    period: str = Field(examples=["2026-11"])
    index: Percent | None = None
    responses: int


class IndexOfPart(Wire):
    """The index of one service or one unit below."""

    id: UUID
    name: str = Field(examples=["Penerbitan KTP-el"])
    index: Percent | None = None
    grade: Grade | None = None
    responses: int = Field(examples=[212])
    low: int = Field(examples=[3])


class SatisfactionView(Wire):
    """The satisfaction index over days, both ends included.

    `by_service`: the services of the unit itself; `by_unit`: the units right below, each with
    everything below it. Both are empty for a single service.
    """

    first: date
    last: date
    index: Percent | None = None
    grade: Grade | None = None
    responses: int = Field(examples=[29])
    low: int
    sample: SampleView
    elements: list[ElementMean]
    trend: list[IndexOfMonth]
    by_service: list[IndexOfPart]
    by_unit: list[IndexOfPart]


def element_means(tally: Tally) -> list[ElementMean]:
    """Every element in the order of the questions."""
    return [
        ElementMean(element=element, mean=tally.mean(element), responses=tally.responses)
        for element in ELEMENTS
    ]
