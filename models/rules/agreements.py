"""Yearly performance agreements: the steps from draft to agreed, and what a result may serve.

Source: PermenPANRB 6/2022 as told in domain.md, "Performance management": results are cascaded
from the superior's results, and nothing is weighted. Invariant: `serves` leads upwards only, from
one person's result to a result of somebody above them in the same year, and never in a circle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from models.rules.refusals import AgreementNotOpen


class State(StrEnum):
    """What an agreement is."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"


class Step(StrEnum):
    """What is done with an agreement as a whole."""

    PROPOSE = "propose"
    AGREE = "agree"
    RETURN = "return"


_NEXT: Final[Mapping[tuple[State, Step], State]] = {
    (State.DRAFT, Step.PROPOSE): State.PROPOSED,
    (State.PROPOSED, Step.AGREE): State.AGREED,
    (State.PROPOSED, Step.RETURN): State.DRAFT,
}


@dataclass(frozen=True, slots=True)
class Chain:
    """Who stands above somebody today: who decides for them, and the heads of the units above."""

    employee_id: UUID
    year: int
    above: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Served:
    """A result that another one would serve: whose it is, of which year, and whether it stands."""

    employee_id: UUID
    year: int
    dropped: bool = False


def next_state(state: State, step: Step) -> State:
    """The state after a step. Raises AgreementNotOpen where the step is not open."""
    after = _NEXT.get((state, step))
    if after is None:
        raise AgreementNotOpen(state=state.value)
    return after


def serves_problem(own: Chain, served: Served | None) -> str | None:
    """Why a result of `own` may not serve another one; None: it may.

    The words are facts for a program: `unknown`, `dropped`, `other_year`, `not_above`.
    """
    if served is None:
        return "unknown"
    if served.year != own.year:
        return "other_year"
    if served.employee_id == own.employee_id or served.employee_id not in own.above:
        return "not_above"
    return "dropped" if served.dropped else None


def leads_back(serves: Mapping[UUID, UUID], result_id: UUID, serves_id: UUID) -> bool:
    """Whether `result_id` would come back to itself by serving `serves_id`.

    `serves`: what each result serves now. Two people may each be the other's personal supervisor,
    so that standing above is no proof. Ends even where `serves` already holds a circle.
    """
    seen: set[UUID] = set()
    at: UUID | None = serves_id
    while at is not None and at not in seen:
        if at == result_id:
            return True
        seen.add(at)
        at = serves.get(at)
    return False
