"""Alembic migrations: one file a step, numbered, forward only."""
