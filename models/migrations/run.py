"""Runs the migrations, and says whether a database is up to date.

A DSN here is PostgreSQL's own (`postgresql://…`); SQLAlchemy's prefix is added inside.
"""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def sqlalchemy_dsn(dsn: str) -> str:
    """The same database for SQLAlchemy over asyncpg."""
    return "postgresql+asyncpg://" + dsn.split("://", 1)[1]


def configuration(dsn: str) -> Config:
    """Alembic's settings, without any file."""
    config = Config()
    config.set_main_option("script_location", str(files("models.migrations")))
    config.attributes["dsn"] = sqlalchemy_dsn(dsn)
    return config


def upgrade(dsn: str) -> None:
    """Brings a database to the newest version. Blocks; call it off the event loop.

    Safe to run from several processes at once; a lock that cannot be had in time raises.
    """
    command.upgrade(configuration(dsn), "head")


def newest_version() -> str:
    """The version this code needs."""
    head = ScriptDirectory.from_config(configuration("postgresql://")).get_current_head()
    assert head is not None
    return head
