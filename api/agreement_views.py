"""Agreements as they stand on the wire, with the targets that measure their results."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from api.target_views import target_views
from mobile_contract.agreements import AgreementView, ResultView, ServedResult
from mobile_contract.targets import TargetView
from models.queries.agreements import Agreement, Result
from models.queries.targets import targets_of_results


async def agreement_views(
    connection: Any, found: Sequence[Agreement], now: datetime
) -> list[AgreementView]:
    """Each agreement in order; the indicators of all of them are asked for at once."""
    ids = [result.id for each in found for result in each.results]
    indicators: dict[UUID | None, list[TargetView]] = defaultdict(list)
    for view in await target_views(connection, await targets_of_results(connection, ids), now):
        indicators[view.work_result_id].append(view)
    return [
        AgreementView(
            id=each.id,
            employee_id=each.employee_id,
            employee_name=each.employee_name,
            year=each.year,
            state=each.state,
            version=each.version,
            results=[_result(result, indicators[result.id]) for result in each.results],
            proposed_at=each.proposed_at,
            agreed_at=each.agreed_at,
            agreed_by_name=each.agreed_by_name,
        )
        for each in found
    ]


def _result(result: Result, indicators: list[TargetView]) -> ResultView:
    serves = None
    if result.serves_id is not None:
        serves = ServedResult(
            id=result.serves_id,
            title=result.serves_title or "",
            employee_name=result.serves_name or "",
        )
    return ResultView(
        id=result.id,
        kind=result.kind,
        title=result.title,
        place=result.place,
        serves=serves,
        dropped_at=result.dropped_at,
        indicators=indicators,
    )
