"""`denyut notify test`: whether notices reach a person's devices, and what happened at each."""

from typing import Annotated

import asyncpg
import typer

from denyut.channels import opened_channels
from denyut.commands.failures import Trouble, run, settings_here
from denyut.notifying import Arrival, Nobody, Trial, trial_made, trial_sent
from denyut.reaching import reached_database
from denyut.settings import Settings
from denyut.wiring import made_outboxes

PATIENCE_S = 30.0

notify = typer.Typer(
    help="Notices and pushes.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


@notify.callback()
def main() -> None:
    """Notices and pushes."""


@notify.command("test")
def try_out(
    nip: Annotated[str, typer.Argument(help="Of the employee who gets the test notice.")],
    patience: Annotated[
        float, typer.Option(min=1.0, help="Seconds to wait for the providers.")
    ] = PATIENCE_S,
) -> None:
    """Sends a test notice by the real path and says what happened at each device.

    The exit code is 1 when no device was reached.
    """
    run(_tested(settings_here(), nip, patience))


async def _tested(settings: Settings, nip: str, patience_s: float) -> None:
    async with (
        reached_database(settings, migrate=False) as database,
        asyncpg.create_pool(database.dsn, min_size=1, max_size=4) as pool,
        opened_channels(settings, pool) as channels,
    ):
        outboxes = made_outboxes(settings, pool, channels.senders)
        try:
            async with pool.acquire() as connection:
                made = await trial_made(connection, nip, tuple(outboxes))
        except Nobody as problem:
            raise Trouble(str(problem)) from None
        arrivals = await trial_sent(pool, tuple(outboxes.values()), made, patience_s)
    for line in told(made, arrivals):
        typer.echo(line)
    if not any(arrival.state == "sent" for arrival in arrivals):
        raise typer.Exit(1)


def told(made: Trial, arrivals: list[Arrival]) -> list[str]:
    """The report, one line for the inbox and each device, and its steps where it took several."""
    lines = [f"{made.name}: the inbox has the notice."]
    for arrival in arrivals:
        lines.append(f"{arrival.device}: {arrival.state}: {arrival.outcome or 'still waiting'}")
        if len(arrival.steps) > 1:
            lines += [f"    {step}" for step in arrival.steps]
    lines += [f"{device}: not sent: {why}" for device, why in made.unreached.items()]
    if len(lines) == 1:
        lines.append("There is no device to push to.")
    return lines
