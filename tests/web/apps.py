"""The app's checkout, and Node with its packages, for the tests of this folder."""

from pathlib import Path

from denyut.web_build import Node, checkout_web, with_packages


def sources() -> Path:
    """The folder `web/`."""
    web = checkout_web()
    assert web is not None
    return web


def npm(*arguments: str) -> None:
    """Runs npm on the app; a failure shows all that it said."""
    node: Node = with_packages(sources())
    answer = node.run(sources(), *arguments)
    assert answer.returncode == 0, answer.stdout
