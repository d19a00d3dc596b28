"""A stand-in for a mail server, on loopback, for tests only: plain, after STARTTLS, or under TLS.

It takes letters, keeps them as parsed messages, and answers as it was told to:
`server.answers("RCPT", "550 5.1.1 no such user")` for the next command of that name.
"""

import asyncio
import base64
import email.policy
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from typing import Literal, Self

HANG_UP = ""  # an answer that never comes: the command is done, then the connection closes
Security = Literal["plain", "starttls", "tls"]


@dataclass(frozen=True, slots=True)
class Received:
    """A letter as it was handed over, and whether under TLS."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    secured: bool

    @property
    def text(self) -> str:
        """What its reader reads, without the last line end."""
        return self.message.get_content().replace("\r\n", "\n").rstrip("\n")


@dataclass
class SmtpStandIn:
    """A running stand-in. With `account`, nobody hands over a letter without signing in."""

    security: Security = "plain"
    tls: ssl.SSLContext | None = None
    account: tuple[str, str] | None = None
    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    most_open: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # a letter has begun
    silent_after: str | None = None  # the command that is never answered from now on
    _scripts: defaultdict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        security: Security = "plain",
        tls: ssl.SSLContext | None = None,
        account: tuple[str, str] | None = None,
    ) -> AsyncGenerator[Self]:
        """Listens on a free port of 127.0.0.1 until the end of the block."""
        mail = cls(security, tls, account)
        server = await asyncio.start_server(
            mail._serve, "127.0.0.1", 0, ssl=tls if security == "tls" else None
        )
        mail.port = server.sockets[0].getsockname()[1]
        try:
            yield mail
        finally:
            server.close()
            for task in mail._open:
                task.cancel()
            await asyncio.gather(*mail._open, return_exceptions=True)

    @property
    def url(self) -> str:
        """What a setting would say, without name and password."""
        return f"{'smtps' if self.security == 'tls' else 'smtp'}://127.0.0.1:{self.port}"

    def answers(self, command: str, *lines: str) -> None:
        """The next answers to a command (GREETING, EHLO, AUTH, MAIL, RCPT, DATA, LETTER, QUIT)."""
        self._scripts[command].extend(lines)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.connections += 1
        self.most_open = max(self.most_open, len(self._open))
        try:
            await _Conversation(self, reader, writer).held()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client has gone, or `running` ends
        finally:
            self._open.discard(task)
            writer.close()


class _Conversation:
    def __init__(
        self, mail: SmtpStandIn, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._mail = mail
        self._reader = reader
        self._writer = writer
        self._secured = mail.security == "tls"
        self._signed_in = mail.account is None
        self._sender = ""
        self._recipients: list[str] = []

    async def held(self) -> None:
        goes_on = await self._said("GREETING", "220 stand-in ESMTP")
        while goes_on:
            line = (await self._reader.readuntil(b"\r\n")).decode("latin-1").strip()
            goes_on = await self._heard(line.partition(" ")[0].upper(), line)

    async def _heard(self, command: str, line: str) -> bool:
        """One command and its answer; False when the connection is to close."""
        if command == self._mail.silent_after:
            await asyncio.Event().wait()
        match command:
            case "EHLO":
                return await self._said("EHLO", self._offers())
            case "STARTTLS" if self._mail.security == "starttls" and not self._secured:
                await self._said("STARTTLS", "220 go ahead")
                assert self._mail.tls is not None
                await self._writer.start_tls(self._mail.tls)
                self._secured = True
                return True
            case "AUTH":
                return await self._said("AUTH", self._judged(line.rpartition(" ")[2]))
            case "MAIL":
                self._mail.asked.set()
                self._sender, self._recipients = _mailbox(line), []
                known = "250 2.1.0 ok" if self._signed_in else "530 5.7.0 sign in first"
                return await self._said("MAIL", known)
            case "RCPT":
                self._recipients.append(_mailbox(line))
                return await self._said("RCPT", "250 2.1.5 ok")
            case "DATA":
                if await self._said("DATA", "354 go ahead") and await self._took_letter():
                    return await self._said("LETTER", "250 2.0.0 queued")
                return not self._writer.is_closing()
            case "RSET" | "NOOP":
                return await self._said(command, "250 2.0.0 ok")
            case "QUIT":
                await self._said("QUIT", "221 2.0.0 bye")
                return False
            case _:
                return await self._said(command, "502 5.5.1 not here")

    async def _took_letter(self) -> bool:
        """Keeps the letter, unless the answer to it is a refusal."""
        if self._refused_data:
            return False
        content = await self._reader.readuntil(b"\r\n.\r\n")
        script = self._mail._scripts["LETTER"]
        if not script or script[0][:1] in ("", "2"):
            lines = content.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
            message = message_from_bytes(lines, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self._mail.received.append(
                Received(self._sender, tuple(self._recipients), message, self._secured)
            )
        return True

    async def _said(self, command: str, usual: str) -> bool:
        script = self._mail._scripts[command]
        answer = script.popleft() if script else usual
        self._refused_data = command == "DATA" and not answer.startswith("354")
        if answer == HANG_UP:
            return False
        self._writer.write(answer.encode() + b"\r\n")
        await self._writer.drain()
        return not answer.startswith("421")

    def _offers(self) -> str:
        offers = ["stand-in", "8BITMIME", "SIZE 1000000"]
        if self._mail.security == "starttls" and not self._secured:
            offers.append("STARTTLS")
        if self._mail.account is not None:
            offers.append("AUTH PLAIN")
        return "\r\n".join([*(f"250-{each}" for each in offers[:-1]), f"250 {offers[-1]}"])

    def _judged(self, credentials: str) -> str:
        _, name, password = base64.b64decode(credentials).decode().split("\0")
        self._signed_in = (name, password) == self._mail.account
        return "235 2.7.0 welcome" if self._signed_in else "535 5.7.8 wrong name or password"


def _mailbox(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
