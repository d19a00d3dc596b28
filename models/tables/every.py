"""Imports every table module, so that one metadata knows the whole model (migrations, tests)."""

from sqlmodel import SQLModel

from models.tables import (
    account,
    audit,
    calendar,
    feed,
    notice,
    organisation,
    report,
    target,
)

METADATA = SQLModel.metadata
MODULES = (account, audit, calendar, feed, notice, organisation, report, target)
