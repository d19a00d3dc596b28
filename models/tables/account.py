"""People and how they sign in: employees, accounts, roles, devices, sessions, and rights changes.

Secrets never stand here: passwords are argon2id hashes; tokens and activation codes, which are
random and nobody's choice, are SHA-256 hashes. Whatever changes what somebody may do calls
`bump_rights_v1` in the same transaction.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Index, LargeBinary, Uuid, text
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, no_overlap, one_of, primary_id, set_by_database


class Employee(SQLModel, table=True):
    """A civil servant; signs in with the NIP, which is public."""

    __tablename__ = "employee"
    __table_args__ = (
        CheckConstraint("nip ~ '^[0-9]{18}$'", name="nip_digits"),
        one_of("language", "id", "en"),
        Index("employee_unit", "unit_id"),
    )

    id: UUID = primary_id()
    nip: str = Field(unique=True)
    name: str
    unit_id: UUID = Field(foreign_key="unit.id")
    job_title_id: UUID | None = Field(default=None, foreign_key="job_title.id")
    work_pattern: str | None = Field(default=None, foreign_key="work_pattern.code")
    language: str = "id"
    active: bool = True
    retired_at: datetime | None = instant(optional=True)


class Placement(SQLModel, table=True):
    """In which unit somebody worked from when to when; the open row equals `employee.unit_id`."""

    __tablename__ = "placement"
    __table_args__ = (no_overlap("employee_id", name="one_unit_at_a_time"),)

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    unit_id: UUID = Field(foreign_key="unit.id")
    valid_from: datetime = instant()
    valid_to: datetime | None = instant(optional=True)


class Account(SQLModel, table=True):
    """The secret half of an employee: password or a pending activation code, both hashed."""

    __tablename__ = "account"

    employee_id: UUID = Field(primary_key=True, foreign_key="employee.id")
    password_hash: str | None = None
    password_changed_at: datetime | None = instant(optional=True)
    activation_hash: str | None = None
    activation_expires_at: datetime | None = instant(optional=True)
    activated_at: datetime | None = instant(optional=True)


class RoleGrant(SQLModel, table=True):
    """HR or administrator, for a unit and everything below it."""

    __tablename__ = "role_grant"
    __table_args__ = (
        one_of("role", "hr", "administrator"),
        Index("role_grant_employee", "employee_id"),
        Index(
            "role_grant_once",
            "employee_id",
            "role",
            "unit_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    role: str
    unit_id: UUID = Field(foreign_key="unit.id")
    granted_by: UUID | None = Field(default=None, foreign_key="employee.id")
    granted_at: datetime | None = set_by_database()
    revoked_at: datetime | None = instant(optional=True)


class Device(SQLModel, table=True):
    """A phone as one person uses it; two people on one phone are two rows."""

    __tablename__ = "device"
    __table_args__ = (
        one_of("push_kind", "fcm_token", "fcm_installation", "web_push", "email"),
        Index("device_employee", "employee_id"),
    )

    id: UUID = Field(primary_key=True)
    employee_id: UUID = Field(primary_key=True, foreign_key="employee.id")
    name: str = ""
    platform: str = ""
    push_kind: str | None = None
    push_target: str | None = None
    push_disabled_reason: str | None = None
    seen_at: datetime | None = set_by_database()


class Session(SQLModel, table=True):
    """One sign-in on one device: a family of tokens that lives and dies together."""

    __tablename__ = "session"
    __table_args__ = (Index("session_employee", "employee_id"),)

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    device_id: UUID
    device_name: str = ""
    platform: str = ""
    made_at: datetime | None = set_by_database()
    used_at: datetime | None = set_by_database()
    expires_at: datetime = instant()
    revoked_at: datetime | None = instant(optional=True)
    revoked_reason: str | None = None


class SessionToken(SQLModel, table=True):
    """A token's hash. A refresh token that was used names its successor through `parent_hash`."""

    __tablename__ = "session_token"
    __table_args__ = (
        one_of("kind", "access", "refresh"),
        Index("session_token_session", "session_id"),
        Index("session_token_expiry", "expires_at"),
    )

    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    session_id: UUID = Field(foreign_key="session.id")
    kind: str
    parent_hash: bytes | None = None
    made_at: datetime | None = set_by_database()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(optional=True)
    void: bool = False


class RightsVersion(SQLModel, table=True):
    """One row: the number of the newest change of anybody's rights; every process polls it."""

    __tablename__ = "rights_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    version: int = Field(default=0, sa_type=BigInteger)


class RightsChange(SQLModel, table=True):
    """Whose rights a version changed; no list: everybody's."""

    __tablename__ = "rights_change"

    version: int = Field(sa_column=Column(BigInteger, primary_key=True))
    employee_ids: list[UUID] | None = Field(default=None, sa_column=Column(ARRAY(Uuid())))
    made_at: datetime | None = set_by_database()


class LastContact(SQLModel, table=True):
    """When the service last heard from a person; written in bulk, so up to half a minute old.

    "No contact" is not "no work": a phone in a valley reports nothing and its owner may be busy.
    """

    __tablename__ = "last_contact"

    employee_id: UUID = Field(primary_key=True, foreign_key="employee.id")
    at: datetime = instant()
