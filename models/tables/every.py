"""Imports every table module, so that one metadata knows the whole model (migrations, tests)."""

from sqlmodel import SQLModel

from models.tables import (
    account,
    audit,
    calendar,
    feed,
    ledger,
    manners,
    notice,
    organisation,
    report,
    target,
    vapid,
)

METADATA = SQLModel.metadata
MODULES = (
    account,
    audit,
    calendar,
    feed,
    ledger,
    manners,
    notice,
    organisation,
    report,
    target,
    vapid,
)
