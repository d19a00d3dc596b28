"""Imports every table module, so that one metadata knows the whole model (migrations, tests)."""

from sqlmodel import SQLModel

from models.tables import (
    account,
    agreement,
    appraisal,
    attachment,
    audit,
    calendar,
    export,
    feed,
    guidance,
    ledger,
    manners,
    notice,
    organisation,
    report,
    rollup,
    support,
    survey,
    target,
    vapid,
)

METADATA = SQLModel.metadata
MODULES = (
    account,
    agreement,
    appraisal,
    attachment,
    audit,
    calendar,
    export,
    feed,
    guidance,
    ledger,
    manners,
    notice,
    organisation,
    report,
    rollup,
    support,
    survey,
    target,
    vapid,
)
