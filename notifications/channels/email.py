"""E-mail: what is due for a mailbox together goes out as one plain letter.

Deliveries by mail are due on the quarter hour, so that one batch holds all that a person is to hear
and `send` makes one letter of it. Invariants: a letter names no person and no target beyond what
its pushes say; all pushes in a letter share its fate; a letter sent again has the same Message-ID.
"""

import asyncio
import socket
import ssl
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import formatdate
from typing import Self

import aiosmtplib
import httpx

from notifications.channels.addresses import UnreadableAddress, push_target
from notifications.channels.channel import (
    BadPayload,
    EmailAddress,
    Gone,
    Later,
    Outcome,
    ProviderRefuses,
    Push,
    Sent,
    WrongSender,
    display_tag,
    words,
)
from notifications.channels.mail_server import MailServer, MailServerError, names_no_mailbox


@dataclass(frozen=True, slots=True)
class EmailOptions:
    """How letters go out. A batch takes at most `send_s`: the outbox's lease must be longer."""

    domains: tuple[str, ...] = ()  # that mailboxes may lie in, as JSON list; none: anywhere
    connections: int = 4  # to the mail server; many servers allow ten
    command_s: float = 10.0  # how long the server may take for one answer
    send_s: float = 60.0  # for a whole batch; what is not reached comes again


@dataclass(frozen=True, slots=True)
class _Letter:
    """One message and the places of its pushes in the batch."""

    places: tuple[int, ...]
    address: str
    message: EmailMessage


@dataclass(slots=True)
class _Batch:
    """What its workers share. Ending it closes their connections, which ends them at once:
    before Python 3.12 a cancellation may be lost on the way through `asyncio.wait_for`."""

    waiting: deque[_Letter] = field(default_factory=deque)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    clients: set[aiosmtplib.SMTP] = field(default_factory=set)

    def settle(self, letter: _Letter, outcome: Outcome) -> None:
        self.outcomes |= dict.fromkeys(letter.places, outcome)

    def end(self) -> None:
        self.waiting.clear()
        for client in self.clients:
            client.close()


class Emails:
    """Sends pushes as letters; `send` is a `channel.SendPushes`."""

    def __init__(
        self,
        server: MailServer,
        sender: str,
        options: EmailOptions,
        tls: ssl.SSLContext,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """`sender` is the mailbox that letters come from. Raises `MailServerError` if it is none.

        `now_s` is the wall clock in Unix seconds.
        """
        try:
            push_target("email", sender)
        except UnreadableAddress:
            raise MailServerError("the sender of e-mail is no mailbox") from None
        self._server = server
        self._sender = sender
        self._options = options
        self._domains = frozenset(domain.lower() for domain in options.domains)
        self._tls = tls
        self._now_s = now_s

    @classmethod
    async def made(cls, url: str, sender: str, options: EmailOptions) -> Self:
        """Reads the certificates of the world in a thread. Raises `MailServerError`."""
        tls = await asyncio.to_thread(httpx.create_ssl_context)
        return cls(MailServer.read(url), sender, options, tls)

    async def send(self, pushes: Sequence[Push]) -> list[Outcome]:
        """Each mailbox gets one letter, tried once; outcomes stand in the order of the pushes.

        Raises nothing but cancellation, after which any of the letters may have been sent.
        """
        batch = _Batch()
        batch.waiting.extend(self._letters(pushes, batch.outcomes))
        count = min(self._options.connections, len(batch.waiting))
        workers = [asyncio.create_task(self._work(batch)) for _ in range(count)]
        if workers:
            try:
                await asyncio.wait(workers, timeout=self._options.send_s)
            finally:
                batch.end()
                for worker in workers:
                    worker.cancel()
                await asyncio.wait(workers)
        late = Later(None, f"not sent within {self._options.send_s} s")
        return [batch.outcomes.get(place, late) for place in range(len(pushes))]

    async def problem(self) -> str | None:
        """Why no letter could be handed over just now; it greets, signs in, and sends nothing."""
        client = self._client()
        try:
            await client.connect()
            await client.quit()
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return _named(error)
        finally:
            client.close()
        return None

    def _letters(self, pushes: Sequence[Push], outcomes: dict[int, Outcome]) -> Iterable[_Letter]:
        by_address: dict[str, list[int]] = {}
        for place, push in enumerate(pushes):
            if not isinstance(push.target, EmailAddress):
                outcomes[place] = BadPayload("not an address of e-mail")
            elif self._domains and _domain(push.target.value) not in self._domains:
                outcomes[place] = WrongSender("no mail goes to this domain")
            else:
                by_address.setdefault(push.target.value, []).append(place)
        for address, places in by_address.items():
            try:
                message = self._message(address, [pushes[place] for place in places])
            except ValueError as error:
                refused = BadPayload(words(f"{type(error).__name__}: {error}"))
                outcomes |= dict.fromkeys(places, refused)
            else:
                yield _Letter(tuple(places), address, message)

    def _message(self, address: str, pushes: Sequence[Push]) -> EmailMessage:
        texts = Counter((push.title, push.body) for push in pushes)
        more = f" (+{len(pushes) - 1})" if len(pushes) > 1 else ""
        message = EmailMessage(policy=LINES)
        message["From"] = self._sender
        message["To"] = address
        message["Subject"] = " ".join(pushes[0].title.split()) + more
        message["Date"] = formatdate(self._now_s())
        tag = display_tag("\n".join(sorted(push.key for push in pushes)))
        message["Message-ID"] = f"<{tag}@{_domain(self._sender)}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in answer
        parts = [
            f"{title}{f' (×{count})' if count > 1 else ''}\n{body}\n"
            for (title, body), count in texts.items()
        ]
        message.set_content("\n".join(parts), cte="quoted-printable")
        return message

    async def _work(self, batch: _Batch) -> None:
        """Connection after connection, until nothing waits or the server is of no use."""
        while batch.waiting:
            client = self._client()
            batch.clients.add(client)
            try:
                await client.connect()
                while batch.waiting and client.is_connected:
                    letter = batch.waiting.popleft()
                    batch.settle(letter, await self._sent(client, letter))
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                unreached = _of_connection(error)
                while batch.waiting:
                    batch.settle(batch.waiting.popleft(), unreached)
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
            client.close()
            batch.clients.remove(client)

    async def _sent(self, client: aiosmtplib.SMTP, letter: _Letter) -> Outcome:
        try:
            await client.send_message(
                letter.message, sender=self._sender, recipients=[letter.address]
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _of_recipient(error.recipients[0])
        except aiosmtplib.SMTPSenderRefused as error:
            return _of_us(error)
        except aiosmtplib.SMTPResponseException as error:
            return _of_letter(error)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            client.close()  # perhaps it took the letter: the same one comes again
            return Later(None, _named(error))
        return Sent(letter.message["Message-ID"])

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            local_hostname=socket.gethostname() or "localhost",  # asking the DNS would block
            timeout=self._options.command_s,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=None if server.security == "plain" else self._tls,
        )


def _of_connection(error: Exception) -> Outcome:
    """Why there is no conversation: the server refuses us, or is not there."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _of_us(error)
    if isinstance(error, aiosmtplib.SMTPException) and not isinstance(error, OSError):
        return ProviderRefuses(_named(error))  # no TLS or no sign-in where we insist on it
    return Later(None, _named(error))


def _of_us(error: aiosmtplib.SMTPResponseException) -> Outcome:
    """5xx about sign-in, greeting or sender: our settings are wrong, whoever is written to."""
    return ProviderRefuses(_named(error)) if error.code >= 500 else Later(None, _named(error))


def _of_recipient(error: aiosmtplib.SMTPRecipientRefused) -> Outcome:
    if error.code < 500:
        return Later(None, _named(error))
    if names_no_mailbox(error.code, error.message):
        return Gone(_named(error))
    return ProviderRefuses(_named(error)) if error.code == 530 else BadPayload(_named(error))


def _of_letter(error: aiosmtplib.SMTPResponseException) -> Outcome:
    return Later(None, _named(error)) if error.code < 500 else BadPayload(_named(error))


def _domain(mailbox: str) -> str:
    return mailbox.rpartition("@")[2].lower()


def _named(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return words(f"{error.code} {error.message}")
    return words(f"{type(error).__name__}: {error}")
