"""From paces to claims: what the database is asked to make true of a batch of targets.

Only targets whose state changes cost more questions: who decides for their employees, who was
told of their last slip, and in which shards these people's events lie.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from models.queries.policies import policies_of, policy_for
from models.queries.slips import (
    Claim,
    PaceChange,
    SeenTarget,
    TargetClaim,
    Told,
    shards_of,
    told_of,
)
from models.queries.subjects import subjects_of
from models.rules.pace import State
from notifications.pace_refresh import Paced
from notifications.slip_words import words


async def claims_of(
    connection: Any, paced: Sequence[Paced], push_kinds: Collection[str]
) -> list[Claim]:
    """The claims of a batch read at one instant: what nobody hears of, and what somebody does.

    They are two because the first needs no shard and so keeps no report waiting.
    """
    if not paced:
        return []
    targets = await _target_claims(connection, paced)
    quiet = [target for target in targets if target.is_quiet]
    heard = [target for target in targets if not target.is_quiet]
    employee_of = {each.seen.target_id: each.seen.employee_id for each in paced}
    people = {employee_of[target.change.target_id] for target in heard}
    people |= {notice.recipient_id for target in heard for notice in target.notices}
    shards = await shards_of(connection, people)
    whole = Claim(paced[0].seen.now, set(shards.values()), push_kinds, heard)
    claims = [replace(whole, shards=(), targets=quiet), whole]
    return [claim for claim in claims if claim.targets]


def left_alone(target: SeenTarget) -> TargetClaim:
    """The target keeps its state and nothing falls due until somebody writes to it again.

    For one whose pace cannot be told: it must not come back with every look and hide the others.
    """
    return TargetClaim(_change(target, target.state, target.slip_number))


async def _target_claims(connection: Any, paced: Sequence[Paced]) -> list[TargetClaim]:
    turned = [each for each in paced if each.pace and each.pace.state != each.seen.state]
    told: dict[UUID, list[Told]] = defaultdict(list)
    for notice in await told_of(
        connection, [each.seen.target_id for each in turned if each.seen.slip_number > 0]
    ):
        told[notice.target_id].append(notice)
    slipped = {
        each.seen.employee_id
        for each in turned
        if each.pace is not None and each.pace.state is State.SLIPPED
    }
    subjects = await subjects_of(connection, slipped) if slipped else {}
    policies = await policies_of(connection, {each.seen.employee_id for each in turned})
    claims: list[TargetClaim] = []
    for each in paced:
        seen, pace = each.seen, each.pace
        if pace is None:
            claims.append(left_alone(seen))
            continue
        subject = subjects.get(seen.employee_id)
        decider_id = subject.decider_id if subject else None
        policy = policy_for(policies, seen.employee_id)
        said = words(seen, pace, told[seen.target_id], decider_id, policy)
        change = replace(
            _change(seen, pace.state.value, said.slip_number),
            slips_at=pace.slips_at,
            at_risk_at=pace.at_risk_at,
        )
        claims.append(TargetClaim(change, said.events, said.notices, said.over, seen.is_new))
    return claims


def _change(seen: SeenTarget, state: str, slip_number: int) -> PaceChange:
    return PaceChange(seen.target_id, seen.seen, state, None, None, seen.period_end, slip_number)
