"""The command `denyut`: every command, in the order in which somebody comes to need it."""

import typer

from denyut.commands.appraisals import appraisals
from denyut.commands.audit import audit
from denyut.commands.contract import contract
from denyut.commands.demo import demo
from denyut.commands.exports import export, verify
from denyut.commands.keeping import appoint, holidays, importing
from denyut.commands.notify import notify
from denyut.commands.outages import outages
from denyut.commands.rollups import rollups
from denyut.commands.running import doctor, migrate, serve
from denyut.commands.signals import signals
from denyut.commands.survey import survey
from denyut.commands.templates import templates
from denyut.commands.watch import watch
from denyut.commands.web import web

app = typer.Typer(
    name="denyut",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(demo)
app.command()(serve)
app.command()(watch)
app.command()(doctor)
app.command()(migrate)
app.add_typer(importing, name="import")
app.command()(appoint)
app.command()(holidays)
app.add_typer(notify, name="notify")
app.add_typer(contract, name="contract")
app.add_typer(web, name="web")
app.add_typer(templates, name="templates")
app.add_typer(rollups, name="rollups")
app.add_typer(outages, name="outages")
app.add_typer(appraisals, name="appraisals")
app.add_typer(survey, name="survey")
app.command()(signals)
app.add_typer(audit, name="audit")
app.command()(export)
app.command()(verify)


@app.callback()
def main() -> None:
    """Field staff report what they do; their supervisors see it within the second."""


if __name__ == "__main__":
    app()
