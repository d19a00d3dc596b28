"""Which mail server carries our e-mail, as one address says it.

Invariant: a password and a person's address cross a network under TLS alone; in clear they go
only to a server on this machine.
"""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

GONE_STATUSES = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""RFC 3463 and 7505: no such mailbox or domain, a mistake in it, moved, takes no mail."""

ENHANCED_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class MailServerError(ValueError):
    """The address is none of a mail server; the text never repeats it, since it may hold a
    password."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and how to connect."""

    host: str
    port: int
    security: Literal["tls", "starttls", "plain"]
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, url: str) -> Self:
        """`smtps://…` speaks TLS from the start (port 465), `smtp://…` turns to it (port 587).

        On this machine `smtp://` stays in clear (port 25). Raises `MailServerError`.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise MailServerError("not the address of a mail server") from None
        if parts.scheme not in ("smtp", "smtps") or not host or parts.path not in ("", "/"):
            raise MailServerError("a mail server is named as smtp://host or smtps://host")
        if (parts.username is None) != (parts.password is None):
            raise MailServerError("a name at the mail server comes with its password")
        security: Literal["tls", "starttls", "plain"] = "starttls"
        usual_port = 587
        if parts.scheme == "smtps":
            security, usual_port = "tls", 465
        elif _is_here(host):
            security, usual_port = "plain", 25
        return cls(
            host,
            port or usual_port,
            security,
            unquote(parts.username) if parts.username is not None else None,
            unquote(parts.password) if parts.password is not None else None,
        )


def names_no_mailbox(code: int, text: str) -> bool:
    """Whether a refused recipient does not exist, in the server's own words.

    A plain 550 says too little: it is also what a policy, a greylist or a blocklist answers.
    """
    status = ENHANCED_STATUS.match(text)
    if status is not None:
        return status.group(1) in GONE_STATUSES
    return code in (551, 553)  # RFC 5321 §4.2.3: not local; the name is not allowed


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
