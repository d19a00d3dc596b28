"""What makes a word to somebody feedback: what it is about, and what could come next.

Source: issue "Targets, feedback, appraisal", 4; domain.md, "feedback": constructive. Praise,
questions and comments may stand alone. A suggestion or a correction that names neither the thing it
is about nor a next step leaves its reader with nothing to do but to feel bad about it.
"""

from enum import StrEnum

from models.rules.refusals import ReasonRequired, Refusal


class FeedbackKind(StrEnum):
    """What a supervisor's word is."""

    PRAISE = "praise"
    SUGGESTION = "suggestion"
    QUESTION = "question"
    CORRECTION = "correction"
    COMMENT = "comment"

    @property
    def asks_for_change(self) -> bool:
        """Whether its reader is meant to do something differently."""
        return self in (FeedbackKind.SUGGESTION, FeedbackKind.CORRECTION)


def problem_of(kind: FeedbackKind, *, cites: bool, about: str, next_step: str) -> Refusal | None:
    """Why this word may not be said so; None: it may.

    `cites`: it stands on a report or a target, which is what it is about. A word on a period says
    it in `about`. What is missing first is named: `about`, then `next_step`.
    """
    if not kind.asks_for_change:
        return None
    if not cites and not about.strip():
        return ReasonRequired(field="about")
    if not next_step.strip():
        return ReasonRequired(field="next_step")
    return None
