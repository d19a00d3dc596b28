"""Runs the demo: the stage, the service, the phones, and a live picture for whoever watches.

With `as_json` the first line on standard output is one JSON object, printed once everything
answers, and nothing else is ever written there. Whatever started is stopped in the reverse order.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from denyut.demo.phones import PhoneOptions, ringing
from denyut.demo.stage import Said, Stage, StageOptions, set_stage
from denyut.demo.supervisor import SupervisorOptions, answering
from denyut.logs import LogOptions, configure_logging
from denyut.serving import bound_socket, serving
from denyut.settings import Settings
from denyut.terminal.words import Language
from denyut.watch import Watch, WatchOptions, signed_in

LOG: Final = "denyut.log"  # in the data folder: log lines would tear the picture
PARTS: Final = ("employee", "supervisor", "hr", "administrator")
SAID: Final[dict[str, dict[Language, str]]] = {
    "starting_postgres": {"id": "Menyalakan PostgreSQL…", "en": "Starting PostgreSQL…"},
    "making_city": {
        "id": "Menyusun kota contoh dan riwayatnya…",
        "en": "Making the demo city and its history…",
    },
    "using_city": {"id": "Memakai kota contoh hari ini.", "en": "Using today's demo city."},
    "starting_service": {"id": "Menyalakan layanan…", "en": "Starting the service…"},
    "title": {
        "id": "Denyut · kota contoh (semua orang dan angka di sini rekaan)",
        "en": "Denyut · demo city (every person and number here is invented)",
    },
    "address": {"id": "Alamat", "en": "Address"},
    "employee": {"id": "Pegawai", "en": "Employee"},
    "supervisor": {"id": "Atasan", "en": "Supervisor"},
    "hr": {"id": "Kepegawaian", "en": "HR"},
    "administrator": {"id": "Administrator", "en": "Administrator"},
    "password": {"id": "Kata sandi semua akun", "en": "Password of all accounts"},
    "stop": {"id": "Ctrl-C menghentikan.", "en": "Ctrl-C stops."},
    "stopping": {"id": "Menutup…", "en": "Closing…"},
}


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """What to show, and how lively. `as_json`: for scripts, without a picture."""

    stage: StageOptions = field(default_factory=StageOptions)
    phones: PhoneOptions = field(default_factory=PhoneOptions)
    supervisor: SupervisorOptions = field(default_factory=SupervisorOptions)
    language: Language = "id"
    as_json: bool = False


async def show(settings: Settings, options: ShowOptions) -> None:
    """Until cancelled. Raises NotADemo, TooFewPeople, PostgresProblem, OSError (port taken)."""
    console = Console(stderr=options.as_json, highlight=False)
    bound_socket(settings).close()  # a taken port is said now, not after the city was made
    async with AsyncExitStack() as parts:
        parts.enter_context(logged(settings, options))
        with saying(console, options.language) as said:
            stage = await parts.enter_async_context(set_stage(settings, options.stage, said))
            said("starting_service")
            _, url = await parts.enter_async_context(serving(stage.settings))
            await _bring_to_life(parts, stage, url, options)
        if options.as_json:
            sys.stdout.write(json.dumps(stage.introduced(url), ensure_ascii=False) + "\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
        introduction = introduce(stage, url, options.language)
        console.print(introduction)
        parts.callback(console.print, SAID["stopping"][options.language])
        watch = WatchOptions(url, options.language, len(console.render_lines(introduction)))
        supervisor = stage.cast["supervisor"]
        async with signed_in(url, supervisor.nip, stage.password) as connection:
            await Watch(connection, console, watch).run()


async def _bring_to_life(
    parts: AsyncExitStack, stage: Stage, url: str, options: ShowOptions
) -> None:
    """The phones, and the supervisor who answers them; with no phones nobody moves."""
    if not stage.phones:
        return
    await parts.enter_async_context(ringing(url, stage.phones, stage.password, options.phones))
    employees = [player.id for player in stage.phones]
    supervisor = stage.cast["supervisor"]
    await parts.enter_async_context(
        answering(url, supervisor, stage.password, employees, options.supervisor)
    )


def introduce(stage: Stage, url: str, language: Language) -> Table:
    """The address and who can sign in."""
    table = Table.grid(padding=(0, 2))
    table.title = Text(SAID["title"][language], "bold green")
    table.title_justify = "left"
    table.add_row(SAID["address"][language], Text(url, "bold"))
    for part in PARTS:
        player = stage.cast[part]
        where = f"{player.name} · {player.job_title}, {player.unit_name}"
        table.add_row(SAID[part][language], Text(player.nip, "bold"), Text(where, "dim"))
    table.add_row(SAID["password"][language], Text(stage.password, "bold"))
    table.add_row(Text(SAID["stop"][language], "dim"))
    return table


@contextmanager
def saying(console: Console, language: Language) -> Iterator[Said]:
    """Says each step: in place on a terminal, as lines elsewhere."""
    if not console.is_terminal:
        yield lambda step: console.print(SAID[step][language], markup=False)
        return
    with console.status("") as status:
        yield lambda step: status.update(Text(SAID[step][language]))


@contextmanager
def logged(settings: Settings, options: ShowOptions) -> Iterator[None]:
    """Logs go to standard error for scripts, and to a file where a picture is drawn."""
    quiet: LogOptions = replace(settings.logs, level="WARNING")
    if options.as_json:
        configure_logging(quiet, sys.stderr)
        yield
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / LOG).open("a", encoding="utf-8") as lines:
        configure_logging(quiet, lines)
        try:
            yield
        finally:
            configure_logging(quiet, sys.stderr)
