"""The key by which push services know this installation; made on its first start, kept for ever.

Its private half stands here and nowhere else, and no answer of the API reads this table.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import set_by_database


class VapidKey(SQLModel, table=True):
    """One row: browsers are subscribed with its public half, so a second key would reach nobody."""

    __tablename__ = "vapid_key"
    __table_args__ = (CheckConstraint("id = 1", name="one_key"),)

    id: int = Field(default=1, primary_key=True)
    private_pem: str = Field(repr=False)
    made_at: datetime | None = set_by_database()
