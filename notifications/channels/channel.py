"""What the outbox hands to a push provider, and every answer it must be ready for.

Invariant: a channel tries each push once and tells what happened to each, in order; it never
retries, waits or remembers. Retrying belongs to the outbox, which keeps its state in PostgreSQL.

The inbox is no channel: it is written by the transaction that caused the notice, so it cannot fail
on its own and there is nothing to send.
"""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

WORDS_MAX = 300  # characters of a provider's message that the ledger keeps


@dataclass(frozen=True, slots=True)
class FcmToken:
    """A registration token, as older native clients send it."""

    value: str


@dataclass(frozen=True, slots=True)
class FcmInstallation:
    """A Firebase installation id, which Google prefers to the token since 2026."""

    value: str


@dataclass(frozen=True, slots=True)
class WebPush:
    """A browser's subscription (RFC 8030): where to post, and what only the browser can open.

    `p256dh` is its public key (an uncompressed point on P-256, 65 bytes), `auth` its secret of
    16 bytes (RFC 8291 §2.1).
    """

    endpoint: str
    p256dh: bytes
    auth: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """A mailbox: local part, at sign and domain, all ASCII."""

    value: str


PushTarget: TypeAlias = FcmToken | FcmInstallation | WebPush | EmailAddress


@dataclass(frozen=True, slots=True)
class Push:
    """One notice for one device.

    `key` is the notice's unique key: a phone that gets the push twice shows it once. `data` opens
    the right screen. `ttl_s` is how long the provider may keep it for a phone that is off.
    """

    target: PushTarget
    key: str
    title: str
    body: str
    data: Mapping[str, str]
    ttl_s: int
    urgent: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it. `provider_id` goes into the ledger."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The app was removed or its address expired: delete the target, if unchanged since."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class WrongSender:
    """The target belongs to another project: disable it and raise an alarm."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class BadPayload:
    """The provider will never take this push. The target may be sound."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing is known to be wrong with push or target: try again.

    `retry_after_s` is the provider's own wish; None leaves it to the outbox's back-off. The push
    may have arrived all the same (its answer was lost), which the key makes harmless.
    """

    retry_after_s: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProviderRefuses:
    """The provider refuses us, not the push: hold everything for it and raise an alarm."""

    reason: str = ""


Outcome: TypeAlias = Sent | Gone | WrongSender | BadPayload | Later | ProviderRefuses

SendPushes: TypeAlias = Callable[[Sequence[Push]], Awaitable[list[Outcome]]]
"""The interface: outcomes stand in the order of the pushes. It raises nothing but cancellation."""


def words(text: str) -> str:
    """What a provider said, as a ledger can keep and a person can read it: one printable line.

    Anybody may have a push service of their own: a NUL or half a letter in its answer would have
    the database refuse the outcomes of a whole batch.
    """
    line = " ".join(text[: 4 * WORDS_MAX].split())
    return "".join(letter for letter in line if letter.isprintable())[:WORDS_MAX]


def display_tag(key: str) -> str:
    """A notice key as phones take it: 22 characters, the same for the same key.

    APNs takes a collapse id of 64 bytes and a notice key is longer; and no id of a person or a
    target needs to leave the house for this.
    """
    digest = hashlib.sha256(key.encode()).digest()[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
