"""E-mail digests through the real client, against a stand-in for a mail server."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from notifications.channels.channel import (
    BadPayload,
    EmailAddress,
    FcmToken,
    Gone,
    Later,
    Outcome,
    ProviderRefuses,
    Push,
    Sent,
    WrongSender,
)
from notifications.channels.email import EmailOptions, Emails
from notifications.channels.mail_server import MailServer, MailServerError
from tests.standins.certificate import made_certificate
from tests.standins.smtp import HANG_UP, SmtpStandIn

SENDER = "denyut@kota.example"
NOW_S = 1_795_000_000.0
PATIENT = EmailOptions()
NO_TLS = ssl.create_default_context()


@pytest.fixture
async def mail() -> AsyncGenerator[SmtpStandIn]:
    async with SmtpStandIn.running() as running:
        yield running


def emails(mail: SmtpStandIn, options: EmailOptions = PATIENT) -> Emails:
    return Emails(MailServer.read(mail.url), SENDER, options, NO_TLS, now_s=lambda: NOW_S)


def push(mailbox: str = "ani@kota.example", key: str = "slip:1:1:2", title: str = "Slip") -> Push:
    return Push(
        EmailAddress(mailbox),
        key,
        title,
        "Buka Denyut untuk melihatnya.",
        {"kind": "slip", "target_id": "1"},
        ttl_s=86_400,
    )


async def test_a_letter_says_what_the_push_would_and_nothing_more(mail: SmtpStandIn) -> None:
    (got,) = await emails(mail).send([push(title="Ada target yang tertinggal – segera")])
    (received,) = mail.received
    assert got == Sent(received.message["Message-ID"])
    assert (received.sender, received.recipients) == (SENDER, ("ani@kota.example",))
    assert received.message["Subject"] == "Ada target yang tertinggal – segera"
    assert received.message["From"] == SENDER
    assert received.message["To"] == "ani@kota.example"
    assert received.message["Auto-Submitted"] == "auto-generated"
    assert received.message["Date"].startswith("Wed, 18 Nov 2026")
    assert received.message.get_content_type() == "text/plain"
    assert received.text == "Ada target yang tertinggal – segera\nBuka Denyut untuk melihatnya."


async def test_what_is_due_together_is_one_letter_a_mailbox(mail: SmtpStandIn) -> None:
    pushes = [
        push("ani@kota.example", "a"),
        push("budi@kota.example", "b"),
        push("ani@kota.example", "c", title="Pulih"),
        push("ani@kota.example", "d"),
    ]
    got = await emails(mail).send(pushes)
    by_mailbox = {each.recipients[0]: each for each in mail.received}
    assert len(mail.received) == 2
    to_ani = by_mailbox["ani@kota.example"]
    assert to_ani.message["Subject"] == "Slip (+2)"
    assert to_ani.text == (
        "Slip (×2)\nBuka Denyut untuk melihatnya.\n\nPulih\nBuka Denyut untuk melihatnya."
    )
    assert got[0] == got[2] == got[3] == Sent(to_ani.message["Message-ID"])
    assert got[1] == Sent(by_mailbox["budi@kota.example"].message["Message-ID"])


async def test_a_letter_that_is_sent_again_is_the_same_letter(mail: SmtpStandIn) -> None:
    pushes = [push(key="a"), push(key="b")]
    mail.answers("LETTER", HANG_UP)
    first = await emails(mail).send(pushes)
    second = await emails(mail).send(pushes[::-1])
    assert [type(each) for each in first + second] == [Later, Later, Sent, Sent]
    lost, taken = mail.received
    assert lost.message["Message-ID"] == taken.message["Message-ID"]
    await emails(mail).send([push(key="c")])
    assert mail.received[2].message["Message-ID"] != taken.message["Message-ID"]


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("GREETING", "554 no mail from you", ProviderRefuses),
        ("GREETING", "421 too busy", Later),
        ("GREETING", HANG_UP, Later),
        ("EHLO", HANG_UP, Later),
        ("MAIL", "530 5.7.0 sign in first", ProviderRefuses),
        ("MAIL", "550 5.7.1 not your address", ProviderRefuses),
        ("MAIL", "451 4.3.0 try again", Later),
        ("RCPT", "550 5.1.1 no such user", Gone),
        ("RCPT", "550 5.7.1 blocked by policy", BadPayload),
        ("RCPT", "450 4.2.0 greylisted", Later),
        ("RCPT", "530 5.7.0 sign in first", ProviderRefuses),
        ("RCPT", HANG_UP, Later),
        ("DATA", "554 5.6.0 no", BadPayload),
        ("LETTER", "552 5.3.4 too big", BadPayload),
        ("LETTER", "554 5.7.1 looks like spam", BadPayload),
        ("LETTER", "452 4.3.1 disk full", Later),
        ("LETTER", "421 closing", Later),
        ("LETTER", HANG_UP, Later),
    ],
)
async def test_each_answer_has_its_meaning_for_every_push_of_the_letter(
    mail: SmtpStandIn, command: str, answer: str, outcome: type[Outcome]
) -> None:
    mail.answers(command, answer)
    got = await emails(mail).send([push(key="a"), push(key="b")])
    assert [type(each) for each in got] == [outcome, outcome]


async def test_a_server_cannot_put_into_the_ledger_what_no_database_takes(
    mail: SmtpStandIn,
) -> None:
    mail.answers("RCPT", "550 5.1.1 nobody\0 here \x1b[31m")
    (got,) = await emails(mail).send([push()])
    assert isinstance(got, Gone)
    assert got.reason == "550 5.1.1 nobody here [31m"


async def test_one_refused_mailbox_does_not_stop_the_others(mail: SmtpStandIn) -> None:
    mail.answers("RCPT", "250 ok", "550 5.1.1 no such user")
    one_by_one = replace(PATIENT, connections=1)
    got = await emails(mail, one_by_one).send([push(f"p{n}@kota.example") for n in range(4)])
    assert [type(each) for each in got] == [Sent, Gone, Sent, Sent]
    assert mail.connections == 1


async def test_a_server_that_hangs_up_now_and_then_loses_one_letter_only(
    mail: SmtpStandIn,
) -> None:
    mail.answers("MAIL", "250 ok", HANG_UP)
    one_by_one = replace(PATIENT, connections=1)
    got = await emails(mail, one_by_one).send([push(f"p{n}@kota.example") for n in range(4)])
    assert [type(each) for each in got] == [Sent, Later, Sent, Sent]
    assert mail.connections == 2


async def test_a_hundred_letters_share_a_few_connections(mail: SmtpStandIn) -> None:
    got = await emails(mail).send([push(f"p{n}@kota.example") for n in range(100)])
    assert all(isinstance(each, Sent) for each in got)
    assert len(mail.received) == 100
    assert mail.most_open == PATIENT.connections


async def test_a_server_that_falls_silent_is_not_waited_for(mail: SmtpStandIn) -> None:
    mail.silent_after = "RCPT"
    hasty = replace(PATIENT, command_s=0.05)
    (got,) = await emails(mail, hasty).send([push()])
    assert isinstance(got, Later)


async def test_a_batch_ends_in_time_and_what_was_not_reached_comes_again(
    mail: SmtpStandIn,
) -> None:
    mail.silent_after = "RCPT"
    hasty = replace(PATIENT, send_s=0.1, connections=1)
    got = await emails(mail, hasty).send([push(f"p{n}@kota.example") for n in range(3)])
    assert [type(each) for each in got] == [Later] * 3


async def test_nobody_listening_is_tried_later() -> None:
    async with SmtpStandIn.running() as gone:
        pass
    got = await emails(gone).send([push("a@kota.example"), push("b@kota.example")])
    assert [type(each) for each in got] == [Later, Later]


async def test_a_cancelled_send_is_over(mail: SmtpStandIn) -> None:
    mail.silent_after = "RCPT"
    sending = asyncio.create_task(emails(mail).send([push()]))
    await mail.asked.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


# --- TLS and signing in -----------------------------------------------------------------------


def contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's, and that of a client who trusts it."""
    certificate = made_certificate(folder)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    return serving, ssl.create_default_context(cafile=str(certificate))


async def test_letters_go_under_tls_with_a_name_and_a_password(tmp_path: Path) -> None:
    serving, trusting = contexts(tmp_path)
    async with SmtpStandIn.running("tls", serving, ("denyut", "s3cret")) as mail:
        server = MailServer("127.0.0.1", mail.port, "tls", "denyut", "s3cret")
        (got,) = await Emails(server, SENDER, PATIENT, trusting).send([push()])
        assert isinstance(got, Sent)
        (got,) = await Emails(server, SENDER, PATIENT, NO_TLS).send([push()])
        assert isinstance(got, Later)  # a certificate that nobody vouches for
        wrong = replace(server, password="guess")
        (got,) = await Emails(wrong, SENDER, PATIENT, trusting).send([push()])
        assert isinstance(got, ProviderRefuses)
    assert [each.secured for each in mail.received] == [True]


async def test_a_connection_turns_to_tls_before_anything_is_said(tmp_path: Path) -> None:
    serving, trusting = contexts(tmp_path)
    async with SmtpStandIn.running("starttls", serving, ("denyut", "s3cret")) as mail:
        server = MailServer("127.0.0.1", mail.port, "starttls", "denyut", "s3cret")
        (got,) = await Emails(server, SENDER, PATIENT, trusting).send([push()])
    assert isinstance(got, Sent)
    assert mail.received[0].secured


async def test_a_server_without_tls_gets_no_letter(mail: SmtpStandIn) -> None:
    server = MailServer("127.0.0.1", mail.port, "starttls")
    (got,) = await Emails(server, SENDER, PATIENT, NO_TLS).send([push()])
    assert isinstance(got, ProviderRefuses)
    assert mail.received == []


# --- whom it writes to ------------------------------------------------------------------------


async def test_only_mailboxes_of_the_given_domains_are_written_to(mail: SmtpStandIn) -> None:
    ours = replace(PATIENT, domains=("Kota.example",))
    got = await emails(mail, ours).send(
        [push("ani@kota.example"), push("ani@elsewhere.example"), push("x@sub.kota.example")]
    )
    assert [type(each) for each in got] == [Sent, WrongSender, WrongSender]
    assert len(mail.received) == 1


async def test_an_address_of_another_channel_is_a_mistake_of_ours(mail: SmtpStandIn) -> None:
    strange: Sequence[Push] = [replace(push(), target=FcmToken("a")), push()]
    got = await emails(mail).send(strange)
    assert [type(each) for each in got] == [BadPayload, Sent]


async def test_a_title_cannot_write_headers_of_its_own(mail: SmtpStandIn) -> None:
    await emails(mail).send([push(title="Slip\r\nBcc: all@kota.example")])
    (received,) = mail.received
    assert received.message["Bcc"] is None
    assert received.message["Subject"] == "Slip Bcc: all@kota.example"
    assert received.recipients == ("ani@kota.example",)


async def test_a_sender_that_is_no_mailbox_is_refused_at_once() -> None:
    with pytest.raises(MailServerError):
        await Emails.made("smtp://localhost", "Denyut", PATIENT)
    with pytest.raises(MailServerError):
        await Emails.made("mail.kota.example", SENDER, PATIENT)
    assert isinstance(await Emails.made("smtp://localhost", SENDER, PATIENT), Emails)


async def test_nothing_to_send_asks_nobody(mail: SmtpStandIn) -> None:
    assert await emails(mail).send([]) == []
    assert mail.connections == 0
