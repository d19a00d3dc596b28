"""Appraisals as the wire shows them: rows, live and frozen evidence, objections, distributions."""

import json
from collections.abc import Mapping
from typing import Any

from mobile_contract.appraisals import (
    AppraisalView,
    DepartureView,
    DistributionView,
    DistributionWarningView,
    EvidenceView,
    ObjectionView,
    SelfAssessed,
    StepView,
)
from models.queries.asking import Row, decoded
from models.queries.distributions import Distribution
from models.rules.distribution import Unbalanced
from models.rules.objections import last_day

STANDING = ("decided", "acknowledged")


def appraisal_view(row: Row) -> AppraisalView:
    """One appraisal without what it stands on."""
    return AppraisalView(**shown(row))


def shown(row: Row) -> dict[str, Any]:
    """The fields that every view of an appraisal has."""
    fields = {name: row[name] for name in AppraisalView.model_fields if name in row}
    if row["self_at"] is not None:
        fields["self_assessment"] = SelfAssessed(
            text=row["self_text"], rating=row["self_rating"], at=row["self_at"]
        )
    if row["state"] in STANDING:
        fields["objection_until"] = last_day(row["decided_at"], row["zone"])
    return fields


def live_evidence(content: Mapping[str, Any]) -> EvidenceView:
    """What is known at this moment; nothing of it is decided."""
    return EvidenceView.model_validate(content)


def frozen_evidence(row: Row) -> EvidenceView:
    """What a decision was made on, as it was written then."""
    content = json.loads(row["content"])
    return EvidenceView.model_validate({**content, "sha256": bytes(row["sha256"]).hex()})


def objection_view(row: Row) -> ObjectionView:
    """One objection."""
    return ObjectionView.model_validate(dict(row))


def step_view(row: Row) -> StepView:
    """One step."""
    return StepView(
        at=row["at"],
        by=row["by"],
        by_name=row["by_name"],
        what=row["what"],
        details=decoded(row["details"]),
    )


def warning_view(warning: Unbalanced | None) -> DistributionWarningView | None:
    """Where a unit departs, if it does."""
    if warning is None:
        return None
    return DistributionWarningView(
        own=warning.own.value,
        decided=warning.decided,
        departures=[
            DepartureView(predicate=each.predicate.value, share=each.share, expected=each.expected)
            for each in warning.departures
        ],
    )


def distribution_view(unit_id: Any, period: str, found: Distribution) -> DistributionView:
    """How the predicates of a unit's people are spread."""
    return DistributionView(
        unit_id=unit_id,
        period=period,
        counts={each.value: count for each, count in found.counts.items()},
        decided=found.decided,
        waiting=found.waiting,
        own=found.own.value if found.own else None,
        own_unit_id=found.own_unit_id,
        decree=found.decree,
        warning=warning_view(found.warning),
    )
