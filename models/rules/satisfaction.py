"""The public's verdict as one number: nine answers from 1 to 4, their index, its band.

Source: domain.md, "Public service quality" (PermenPANRB 14/2017). The index is the mean of the
nine element means × 25, which without weights is sum / (responses × 9) × 25.
Invariant: it is computed exactly from whole sums and rounded half up to two decimals *before*
banding, so no binary fraction decides a grade; without responses there is no index (None, never 0).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Final, Literal


class Element(StrEnum):
    """What a citizen is asked about, by name: sources number the nine differently."""

    REQUIREMENTS = "requirements"
    PROCEDURE = "procedure"
    TIME = "time"
    COST = "cost"
    PRODUCT = "product"
    COMPETENCE = "competence"
    BEHAVIOUR = "behaviour"
    COMPLAINTS = "complaints"
    FACILITIES = "facilities"


ELEMENTS: Final = tuple(Element)
WORST, BEST = 1, 4  # an answer
LOW_BELOW: Final = 65.0  # assumed: where the band D begins; SurveyOptions.low_below
GRAVE: Final = (Element.COMPLAINTS, Element.BEHAVIOUR)
"""A person was treated badly, or not heard at all: the worst answer to one of these is enough."""

Grade = Literal["A", "B", "C", "D"]
_GRADES: Final[tuple[tuple[Fraction, Grade], ...]] = (
    (Fraction(8831, 100), "A"),
    (Fraction(7661, 100), "B"),
    (Fraction(65), "C"),
)


def index(sums: Mapping[Element, int], responses: int) -> float | None:
    """The index from 25.00 to 100.00 of so many responses; `sums`: of the answers by element.

    None without responses. Raises KeyError when an element is missing: then nobody may compute it.
    """
    if responses < 1:
        return None
    total = sum(sums[element] for element in ELEMENTS)
    return float(rounded(Fraction(total * 25, responses * len(ELEMENTS))))


def mean(total: int, responses: int) -> float | None:
    """The mean answer to one element, rounded like the index; None without responses."""
    return float(rounded(Fraction(total, responses))) if responses > 0 else None


def grade(value: float | str) -> Grade:
    """The band of an index, which is rounded to two decimals first; a text is read exactly.

    A 88.31-100.00, B 76.61-88.30, C 65.00-76.60, D 25.00-64.99.
    """
    exact = rounded(Fraction(str(value)))
    for least, name in _GRADES:
        if exact >= least:
            return name
    return "D"


def rounded(value: Fraction) -> Fraction:
    """To two decimals, halves upwards."""
    return Fraction((value * 200 + 1) // 2, 100)


def is_low(answers: Mapping[Element, int], below: float = LOW_BELOW) -> bool:
    """Whether one citizen's verdict asks for somebody's attention today.

    Its own index lies below `below`, or the answer to one of GRAVE is the worst there is.
    """
    own = index(answers, 1)
    assert own is not None, "one response has an index"
    return own < below or any(answers[element] == WORST for element in GRAVE)


def first_missing(answers: Mapping[Element, int | None]) -> Element | None:
    """The first element without an answer, in the order in which they are asked."""
    return next((element for element in ELEMENTS if answers.get(element) is None), None)


@dataclass(frozen=True, slots=True)
class Tally:
    """What many citizens said: sums of their answers by element, and how many they were."""

    sums: Mapping[Element, int] = field(default_factory=dict[Element, int])
    responses: int = 0
    low: int = 0

    @property
    def index(self) -> float | None:
        """The index of them all; None when nobody said anything."""
        return index(self.sums, self.responses)

    @property
    def grade(self) -> Grade | None:
        """The band of that index."""
        value = self.index
        return None if value is None else grade(value)

    def mean(self, element: Element) -> float | None:
        """The mean answer to one element, from 1.00 to 4.00."""
        return mean(self.sums.get(element, 0), self.responses)

    def plus(self, other: "Tally") -> "Tally":
        """Both together, as if all of them had been asked at one place."""
        sums = {
            element: self.sums.get(element, 0) + other.sums.get(element, 0) for element in ELEMENTS
        }
        return Tally(sums, self.responses + other.responses, self.low + other.low)
