"""The command `denyut`: every command in the order in which somebody comes to need it."""

import typer

from denyut.commands.demo import demo

app = typer.Typer(
    name="denyut",
    help="Field staff report what they do; their supervisors see it within the second.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(demo)


@app.callback()
def main() -> None:
    """Field staff report what they do; their supervisors see it within the second."""


if __name__ == "__main__":
    app()
