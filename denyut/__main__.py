"""`python -m denyut` is the command line."""

from denyut.cli import app

if __name__ == "__main__":
    app()
