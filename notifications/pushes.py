"""From claimed deliveries to pushes: one each, or one for all that a phone has due together. Pure.

Invariant: what was bundled stays bundled and what went out alone stays alone, so that a retry goes
out under the tag of the first try and the phone shows it once. A digest says how many, not what.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from models.queries.deliveries import ClaimedDelivery
from models.tables.columns import new_id
from notifications.channels.addresses import UnreadableAddress, push_target
from notifications.channels.channel import Push, PushTarget
from notifications.ladder import NoticeKind, opens
from notifications.texts import Language, Texts


class Unreadable(Exception):
    """Nothing that this version could say: a newer one wrote the notice."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Deliveries of one phone that go out as one push; alone, without a `digest_id`."""

    deliveries: tuple[ClaimedDelivery, ...]
    digest_id: UUID | None = None

    @property
    def is_new(self) -> bool:
        """Whether the digest is made now, so that its members must be marked before the send."""
        return any(each.digest_id != self.digest_id for each in self.deliveries)


def bundles(
    deliveries: Iterable[ClaimedDelivery], digest_above: Mapping[UUID, int]
) -> list[Bundle]:
    """The deliveries as they go out. `digest_above`: by delivery, the limit of its reader's unit.

    A delivery without a limit always goes alone. Only first attempts are bundled anew.
    """
    made: dict[UUID, list[ClaimedDelivery]] = defaultdict(list)
    fresh: dict[tuple[UUID, UUID], list[ClaimedDelivery]] = defaultdict(list)
    found: list[Bundle] = []
    for each in deliveries:
        if each.digest_id is not None:
            made[each.digest_id].append(each)
        elif each.attempts == 1 and each.id in digest_above:
            fresh[each.employee_id, each.device_id].append(each)
        else:
            found.append(Bundle((each,)))
    found += (Bundle(tuple(members), digest_id) for digest_id, members in made.items())
    for together in fresh.values():
        if len(together) > min(digest_above[each.id] for each in together):
            found.append(Bundle(tuple(together), new_id()))
        else:
            found += (Bundle((each,)) for each in together)
    return found


def push_of(bundle: Bundle, texts: Texts, ttl_s: int) -> Push:
    """The push of a bundle. Raises Unreadable, also for an address that is none.

    `ttl_s`: how long it is worth showing unless the re-check knew better. A digest lives as long as
    the longest of its members.
    """
    first = bundle.deliveries[0]
    lives_s = max(ttl_s if d.ttl_s is None else min(d.ttl_s, ttl_s) for d in bundle.deliveries)
    try:
        language = cast(Language, first.language)
        target = _target(first)
        if bundle.digest_id is not None:
            text = texts.digest(language, len(bundle.deliveries))
            key, data = f"digest:{bundle.digest_id}", {"kind": "digest", "screen": "inbox"}
            return Push(target, key, text.title, text.body, data, lives_s)
        kind = NoticeKind(first.kind)
        text = texts.push(kind, language)
    except (ValueError, KeyError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    data = {"notice_id": str(first.notice_id)} | opens(kind, first.target_id)
    return Push(target, first.key, text.title, text.body, data, lives_s)


def has_address(delivery: ClaimedDelivery) -> bool:
    """Whether there is anywhere to send to."""
    if delivery.push_kind is None or delivery.push_target is None:
        return False
    try:
        push_target(delivery.push_kind, delivery.push_target)
    except UnreadableAddress:
        return False
    return True


def of_all(bundled: Sequence[Bundle]) -> dict[UUID, UUID]:
    """The digest of each delivery that is not marked as its member yet."""
    return {
        each.id: bundle.digest_id
        for bundle in bundled
        if bundle.digest_id is not None and bundle.is_new
        for each in bundle.deliveries
    }


def _target(delivery: ClaimedDelivery) -> PushTarget:
    if delivery.push_kind is None or delivery.push_target is None:
        raise ValueError("no address")
    return push_target(delivery.push_kind, delivery.push_target)
