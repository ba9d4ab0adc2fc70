"""Small values of the contract."""

import enum

import msgspec

from nova.domain.ids import ServerId
from nova.domain.states import PowerState


class DriverIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Who is talking: the driver, and the backend that it reached (product and version as the backend says them)."""

    name: str
    version: str
    backend: str
    backend_version: str


class PowerTarget(enum.StrEnum):
    """What `power` can be asked for."""

    ON = "on"
    OFF = "off"


class RebootKind(enum.StrEnum):
    """SOFT asks the guest's system; HARD does not, and works from any power state."""

    SOFT = "soft"
    HARD = "hard"


class GuestEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The backend says that a guest has changed (`power` None: is gone). A nudge: the truth is for `inspect` to say."""

    server_id: ServerId
    power: PowerState | None = None
