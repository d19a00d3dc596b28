"""What it means that a target's state became another: which turn its story takes. Pure.

Invariants: a slip is told again only after it was taken back, so slips and recoveries of a target
alternate; what was over before anybody first looked is history and is told to nobody.
"""

from dataclasses import dataclass
from enum import StrEnum

from models.rules.pace import State


class Turn(StrEnum):
    """Something that people hear of."""

    SLIP = "slip"
    RECOVERY = "recovery"
    WITHDRAWAL = "withdrawal"
    """The slip is no more because the target is: it was closed."""
    RISK = "risk"
    ACHIEVEMENT = "achievement"


@dataclass(frozen=True, slots=True)
class Before:
    """What stood in the database: state, number of slips, whether the last was taken back.

    `is_history`: nobody ever looked, and the period is over or the target closed by now.
    `is_closed`: it takes no more reports.
    """

    state: State
    slip_number: int = 0
    slip_is_open: bool = False
    is_history: bool = False
    is_closed: bool = False


def turns(before: Before, after: State) -> tuple[Turn, ...]:
    """What people hear of, in this order; nothing for a state that stayed or went quietly.

    Quiet are the end of a risk and the end of the period. Of a target that is closed only the slip
    is taken back. A target that returns from its slip
    into the last working day before the next one has recovered; the new risk is not told too.
    """
    if before.is_history or after is before.state:
        return ()
    if before.is_closed:
        return (Turn.WITHDRAWAL,) if before.slip_is_open else ()
    match after:
        case State.SLIPPED:
            return () if before.slip_is_open else (Turn.SLIP,)
        case State.AT_RISK:
            return (Turn.RECOVERY,) if before.slip_is_open else (Turn.RISK,)
        case State.ON_TRACK:
            return (Turn.RECOVERY,) if before.slip_is_open else ()
        case State.ACHIEVED:
            back = (Turn.RECOVERY,) if before.slip_is_open else ()
            return (*back, Turn.ACHIEVEMENT)
        case State.LAPSED:
            return ()


def slip_number(before: Before, told: tuple[Turn, ...]) -> int:
    """How often the target has slipped, this turn included."""
    return before.slip_number + (Turn.SLIP in told)
