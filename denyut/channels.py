"""The ways out that this installation has, opened from its settings: Firebase, Web Push, e-mail.

Web Push needs nothing from anybody and is always there; the others where somebody set them up.
Whoever has no way out still has the inbox.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg

from denyut.settings import Settings
from models.queries.vapid import kept_key
from notifications.channels.addresses import EMAIL, FCM, PUSH_KINDS, WEB_PUSH
from notifications.channels.channel import SendPushes
from notifications.channels.email import Emails
from notifications.channels.fcm import Fcm, FcmOptions
from notifications.channels.mail_server import MailServerError
from notifications.channels.vapid import VapidKey
from notifications.channels.web_push import WebPushes


@dataclass(frozen=True, slots=True)
class Channels:
    """`senders`: by the name in `delivery.channel`. `push_key`: what browsers subscribe with."""

    senders: Mapping[str, SendPushes]
    push_key: str

    @property
    def push_kinds(self) -> frozenset[str]:
        """Which `device.push_kind` is served."""
        return frozenset[str]().union(*(PUSH_KINDS[channel] for channel in self.senders))


@asynccontextmanager
async def opened_channels(settings: Settings, pool: asyncpg.Pool) -> AsyncGenerator[Channels]:
    """Every channel, until the end of the block. The first start makes the key for Web Push.

    Raises CredentialsError, MailServerError, KeyUnreadable and ContactUnusable.
    """
    async with AsyncExitStack() as parts:
        senders: dict[str, SendPushes] = {}
        if settings.fcm_credentials is not None:
            options = FcmOptions(settings.fcm_credentials, url=settings.fcm_url)
            senders[FCM] = (await parts.enter_async_context(Fcm.opened(options))).send
        async with pool.acquire() as connection:
            key = VapidKey.read(await kept_key(connection, lambda: VapidKey.made().pem()))
        web_push = await parts.enter_async_context(WebPushes.opened(key, settings.web_push))
        senders[WEB_PUSH] = web_push.send
        if settings.smtp_url is not None:
            senders[EMAIL] = (await emails(settings)).send
        yield Channels(senders, key.public_key)


async def emails(settings: Settings) -> Emails:
    """The e-mail channel as it is set up. Raises MailServerError."""
    if settings.smtp_url is None or settings.smtp_sender is None:
        raise MailServerError("e-mail needs both DENYUT_SMTP_URL and DENYUT_SMTP_SENDER")
    return await Emails.made(settings.smtp_url, settings.smtp_sender, settings.email)
