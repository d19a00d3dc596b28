"""A supervisor's board: people and their targets, worst first.

Worst first: slipped before at risk before on track before achieved; among equals, what slipped
longest ago. No contact is shown beside the work and never counted as no work.
"""

from datetime import datetime
from uuid import UUID

from mobile_contract.targets import TargetView
from mobile_contract.words import Wire


class BoardPerson(Wire):
    """One person of the scope with their targets of the running period.

    `decided_by_me`: whether it is the caller who approves and returns their reports.
    """

    employee_id: UUID
    name: str
    unit_id: UUID
    unit_name: str
    job_title: str | None = None
    slipped: int
    at_risk: int
    waiting: int
    decided_by_me: bool = False
    last_report_at: datetime | None = None
    last_contact_at: datetime | None = None
    targets: list[TargetView]


class Board(Wire):
    """`GET /v1/board`: a page of people. The counts are of the whole scope.

    `waiting`: reports that wait for a decision. `next_cursor`: hand it back as `cursor`.
    """

    people: list[BoardPerson]
    total_people: int
    slipped: int
    at_risk: int
    waiting: int
    next_cursor: str | None = None
