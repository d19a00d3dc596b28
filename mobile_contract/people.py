"""People on the wire: signing in, activation, sessions, devices, roles, and who saw whom.

Secrets travel in bodies only, never in addresses. Shapes that a client sends end in what they ask
for; shapes that it receives are named after the thing. Ids of devices are made on the phone.
"""

from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import ConfigDict, Field

from mobile_contract.problems import Language
from mobile_contract.words import Code, Name, OptionalName, Password, Reason, Token, Wire, example

MAX_ITEMS = 500  # of one request that names many things

Item = TypeVar("Item")

_UNIT = "0192f3a1-0000-7000-8000-000000000007"
_DEVICE = {"id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7c01", "name": "HP Ani", "platform": "android"}


class Page(Wire, Generic[Item]):
    """Part of a list. `next_cursor`: hand it back as `cursor` for the rest; null at the end."""

    items: list[Item]
    next_cursor: str | None = None


# --- signing in -------------------------------------------------------------------------------


class DeviceInfo(Wire):
    """The phone that signs in. Its id is made once by the app and kept."""

    id: UUID
    name: OptionalName = ""
    platform: OptionalName = ""


class SignIn(Wire):
    """`POST /v1/sessions`. The NIP may be typed with spaces."""

    model_config = example(
        {"nip": "199001012015032001", "password": "hujan turun di ladang", "device": _DEVICE}
    )

    nip: Code
    password: Password
    device: DeviceInfo


class Activation(Wire):
    """`POST /v1/activations`: the first password, against the code that HR handed over."""

    model_config = example(
        {
            "nip": "199001012015032001",
            "code": "7K2M-Q0ZD-4XNB",
            "password": "hujan turun di ladang",
            "device": _DEVICE,
        }
    )

    nip: Code
    code: Code
    password: Password
    device: DeviceInfo


class RefreshSession(Wire):
    """`POST /v1/sessions/refresh`."""

    model_config = example({"refresh_token": "the-refresh-token-of-the-last-answer"})

    refresh_token: Token


class PasswordChange(Wire):
    """`PUT /v1/me/password`. Every other session of the person ends."""

    model_config = example(
        {"current_password": "hujan turun di ladang", "new_password": "kereta tua ke danau"}
    )

    current_password: Password
    new_password: Password


class Tokens(Wire):
    """A pair of tokens. `expires_in`: seconds until the access token ends.

    The refresh token may be used again while its successor is unused, so a lost answer logs
    nobody out; used after that, it ends the session.
    """

    access_token: str
    refresh_token: str
    expires_in: int = Field(examples=[600])


class Employee(Wire):
    """A person as those see them who may."""

    id: UUID
    nip: str = Field(examples=["199001012015032001"])
    name: str = Field(examples=["Ani Rahma"])
    unit_id: UUID
    unit_name: str = Field(examples=["Puskesmas Sungai Durian"])
    job_title: str | None = Field(default=None, examples=["Bidan"])
    active: bool = True


class SignedIn(Tokens):
    """The answer to signing in and to an activation."""

    employee: Employee


class Session(Wire):
    """One sign-in on one device; `current` marks the one that asks."""

    id: UUID
    device_id: UUID
    device_name: str = Field(examples=["HP Ani"])
    platform: str = Field(examples=["android"])
    made_at: datetime
    used_at: datetime
    expires_at: datetime
    current: bool


# --- me ---------------------------------------------------------------------------------------


class Headship(Wire):
    """A unit that the person heads now. `deciding` is false while an acting head decides."""

    unit_id: UUID
    unit_name: str = Field(examples=["Puskesmas Sungai Durian"])
    kind: Literal["definitive", "acting"] = Field(examples=["definitive"])
    deciding: bool
    valid_to: datetime | None = None


class Role(Wire):
    """A role for a unit and everything below it."""

    id: UUID
    role: Literal["hr", "administrator"] = Field(examples=["hr"])
    unit_id: UUID
    unit_name: str = Field(examples=["Dinas Kesehatan"])
    granted_at: datetime


class GrantedRole(Role):
    """A role and who holds it."""

    employee_id: UUID
    employee_name: str = Field(examples=["Rudi Hartono"])


class Me(Wire):
    """`GET /v1/me`: who I am, what I head, what I may, and how my phone should behave.

    `zone` is the unit's time zone: reporting days and quiet hours follow it, not the phone.
    `asks_location`: whether the job's policy asks for a location with a report. `server_time`:
    the service's clock, so that a phone sees how far its own is off.
    """

    employee: Employee
    language: Language = Field(examples=["id"])
    zone: str = Field(examples=["Asia/Jakarta"])
    asks_location: bool
    headships: list[Headship]
    roles: list[Role]
    supervisor: Employee | None = None
    server_time: datetime = Field(examples=["2026-11-24T02:15:00Z"])


class MeChange(Wire):
    """`PATCH /v1/me`: what a person may change about themselves."""

    model_config = example({"language": "en"})

    language: Language


# --- HR ---------------------------------------------------------------------------------------


class Contact(Wire):
    """When the service last heard from a person. No contact is not the same as no work."""

    employee_id: UUID
    last_contact_at: datetime | None = Field(default=None, examples=["2026-11-24T02:15:00Z"])


class ActivationCode(Wire):
    """A one-time code, shown once. Until it is used the old password, if any, does not work."""

    employee_id: UUID
    nip: str = Field(examples=["199001012015032001"])
    name: str = Field(examples=["Ani Rahma"])
    code: str = Field(examples=["7K2M-Q0ZD-4XNB"])
    expires_at: datetime = Field(examples=["2026-12-01T02:15:00Z"])


class ActivationSheet(Wire):
    """`POST /v1/units/{id}/activations`: a printable sheet for those who have no password yet."""

    unit_id: UUID
    unit_name: str = Field(examples=["Puskesmas Sungai Durian"])
    codes: list[ActivationCode]


class NewEmployee(Wire):
    """`POST /v1/people` by HR. The person signs in once HR has issued an activation code."""

    model_config = example(
        {
            "nip": "199001012015032001",
            "name": "Ani Rahma",
            "unit_id": _UNIT,
            "reason": "Pindah dari Puskesmas Talawi",
        }
    )

    nip: Code
    name: Name
    unit_id: UUID
    job_title_id: UUID | None = None
    language: Language = "id"
    reason: Reason


class EmployeeChange(Wire):
    """`PATCH /v1/people/{id}` by HR; only what is given changes."""

    model_config = example({"unit_id": _UNIT, "reason": "Mutasi per 1 Desember 2026"})

    name: Name | None = None
    unit_id: UUID | None = None
    job_title_id: UUID | None = None
    active: bool | None = None
    reason: Reason


class RoleGrant(Wire):
    """`POST /v1/roles`."""

    model_config = example(
        {
            "employee_id": "0192f3a1-0000-7000-8000-000000000103",
            "role": "hr",
            "unit_id": _UNIT,
            "reason": "Admin kepegawaian Dinas Kesehatan",
        }
    )

    employee_id: UUID
    role: Literal["hr", "administrator"]
    unit_id: UUID
    reason: Reason


# --- devices, audit ---------------------------------------------------------------------------


class PushTarget(Wire):
    """`PUT /v1/devices/{id}`: where pushes to this phone go; without a target, nowhere.

    `push_target` is a registration token, an installation id, a browser's `PushSubscription` as
    JSON text, or the address of a mailbox, which is a device of its own.
    """

    model_config = example(
        {
            "name": "HP Ani",
            "platform": "android",
            "push_kind": "email",
            "push_target": "ani.rahma@example.go.id",
        }
    )

    name: OptionalName = ""
    platform: OptionalName = ""
    push_kind: Literal["fcm_token", "fcm_installation", "web_push", "email"] | None = None
    push_target: str | None = Field(default=None, max_length=4_096)


class PushOffer(Wire):
    """`GET /v1/push/key`: how devices can be reached here.

    `public_key`: what a browser subscribes with (its `applicationServerKey`), base64url.
    `kinds`: the kinds of push targets that are served; others wait in the inbox.
    """

    public_key: str
    kinds: list[str] = Field(examples=[["web_push"]])


class Device(Wire):
    """A phone as one person uses it. `push_disabled_reason`: why pushes do not arrive."""

    id: UUID
    name: str = Field(examples=["HP Ani"])
    platform: str = Field(examples=["android"])
    push_kind: str | None = Field(default=None, examples=["fcm_token"])
    push_disabled_reason: str | None = None
    seen_at: datetime


class AuditEntry(Wire):
    """A change: by whom, to whom or what."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    actor_name: str | None = Field(examples=["Rudi Hartono"])
    action: str = Field(examples=["role_granted"])
    employee_id: UUID | None
    unit_id: UUID | None
    details: dict[str, Any] = Field(examples=[{"role": "hr"}])


class DataView(Wire):
    """Who looked at a person's data, and at what.

    `until`: the end of a live subscription; one that `lasts` has none yet, and a single look never
    has. `unit_name`: it was a look at this whole unit while the person worked in or below it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "at": "2026-11-24T01:00:00Z",
                    "until": "2026-11-24T03:30:00Z",
                    "lasts": False,
                    "viewer_id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7a12",
                    "viewer_name": "Sri Wahyuni",
                    "what": "live",
                    "unit_name": "Puskesmas",
                }
            ]
        }
    )

    at: datetime
    until: datetime | None
    lasts: bool = False
    viewer_id: UUID
    viewer_name: str
    what: str
    unit_name: str | None = None
