"""The address of a mail server, and what its refusals say about a mailbox."""

import pytest

from notifications.channels.mail_server import MailServer, MailServerError, names_no_mailbox


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtps://mail.kota.example", MailServer("mail.kota.example", 465, "tls")),
        ("smtp://mail.kota.example", MailServer("mail.kota.example", 587, "starttls")),
        ("smtp://mail.kota.example:2525/", MailServer("mail.kota.example", 2525, "starttls")),
        ("smtp://localhost", MailServer("localhost", 25, "plain")),
        ("smtp://127.0.0.1:1025", MailServer("127.0.0.1", 1025, "plain")),
        ("smtp://[::1]", MailServer("::1", 25, "plain")),
        ("smtps://localhost", MailServer("localhost", 465, "tls")),
        (
            "smtps://denyut%40kota.example:p%3Aw%2F@mail.kota.example",
            MailServer("mail.kota.example", 465, "tls", "denyut@kota.example", "p:w/"),
        ),
    ],
)
def test_an_address_says_where_and_how(url: str, server: MailServer) -> None:
    assert MailServer.read(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.kota.example",
        "https://mail.kota.example",
        "smtp://",
        "smtp://host:port",
        "smtp://[bad",
        "smtp://name@mail.kota.example",
        "smtp://mail.kota.example/inbox",
    ],
)
def test_what_is_no_address_of_a_mail_server_is_refused(url: str) -> None:
    with pytest.raises(MailServerError):
        MailServer.read(url)


def test_a_password_is_never_printed() -> None:
    assert "secret" not in repr(MailServer.read("smtps://name:secret@mail.kota.example"))
    with pytest.raises(MailServerError) as refused:
        MailServer.read("smtp://name:secret@mail.kota.example/inbox")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("code", "text", "gone"),
    [
        (550, "5.1.1 no such user here", True),
        (550, "5.1.10 recipient address has null MX", True),
        (550, "5.2.1 mailbox disabled", True),
        (551, "user not local", True),
        (553, "mailbox name not allowed", True),
        (550, "mailbox unavailable", False),
        (550, "5.7.1 blocked by policy", False),
        (552, "5.2.2 mailbox full", False),
        (554, "5.7.1 listed at a blocklist", False),
        (553, "5.7.1 sign in first", False),
    ],
)
def test_a_mailbox_is_gone_only_in_the_servers_own_words(code: int, text: str, gone: bool) -> None:
    assert names_no_mailbox(code, text) is gone
