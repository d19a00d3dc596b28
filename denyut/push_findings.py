"""What the doctor says of pushes: late ones, providers that refuse us, what nobody could send.

Read from the database alone, so that it says the same beside a running service and without one.
"""

from typing import Any, Final

from denyut.findings import Finding
from models.queries.deliveries import overdue_s
from models.queries.ledger import dead_letters, disabled_addresses, refusal_of_us
from notifications.channels.addresses import PUSH_KINDS

LATE_S: Final = 600.0  # as the alarm of the outbox
DAY_S: Final = 86_400.0


async def push_findings(connection: Any) -> list[Finding]:
    """One for the outboxes, and one for each thing that somebody has to mend."""
    found: list[Finding] = []
    for channel in PUSH_KINDS:
        if refusal := await refusal_of_us(connection, channel):
            remedy = "Renew the credentials or keys that it complains about; pushes wait meanwhile."
            found.append(Finding(f"pushes by {channel}", "wrong", refusal, remedy))
        elif (late_s := await overdue_s(connection, channel)) > LATE_S:
            text = f"the oldest has been waiting for {late_s / 60:,.0f} minutes"
            remedy = "See that the service runs, has this channel, and reaches its provider."
            found.append(Finding(f"pushes by {channel}", "wrong", text, remedy))
    if addresses := await disabled_addresses(connection):
        text = f"{addresses} devices have an address of another Firebase project"
        remedy = "Build the app with the project whose service account the service uses."
        found.append(Finding("push addresses", "warning", text, remedy))
    if letters := await dead_letters(connection, DAY_S):
        text = f"{letters} were given up within a day"
        remedy = "Their reasons stand in the table dead_letter; the inbox has every notice."
        found.append(Finding("dead letters", "warning", text, remedy))
    return found or [Finding("pushes", "ok", "none is late, none was given up within a day")]
