"""Small values of the contract."""

import enum
from collections.abc import Mapping

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


class ConsoleEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a proxy reaches a guest's console. `protocol` is one of the driver's `console_protocols`.

    A socket at host and port, or, where the backend serves the console itself, a `url`. `secret` must not be logged.
    """

    protocol: str
    host: str = ""
    port: int = 0
    tls: bool = False
    path: str = ""
    url: str = ""
    secret: str = ""


class MigrationProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a live migration is, in bytes; `running` is False when there is none."""

    running: bool
    memory_total: int = 0
    memory_done: int = 0
    disk_total: int = 0
    disk_done: int = 0


class DiskStats(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes and requests since the guest started."""

    device: str
    read_bytes: int = 0
    read_requests: int = 0
    write_bytes: int = 0
    write_requests: int = 0
    errors: int = 0


class NicStats(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes and packets since the guest started."""

    mac: str
    rx_octets: int = 0
    rx_packets: int = 0
    rx_errors: int = 0
    rx_drop: int = 0
    tx_octets: int = 0
    tx_packets: int = 0
    tx_errors: int = 0
    tx_drop: int = 0


class GuestDiagnostics(msgspec.Struct, frozen=True, kw_only=True):
    """The Compute API's diagnostics since microversion 2.48.

    `uptime` in seconds, `cpu_times` in nanoseconds per virtual processor, `memory_maximum_mb` and `memory_used_mb` in
    MiB. A figure that the backend does not have is None or empty.
    """

    power: PowerState
    hypervisor: str
    hypervisor_os: str = ""
    uptime: int | None = None
    config_drive: bool = False
    cpu_times: tuple[int, ...] = ()
    memory_maximum_mb: int | None = None
    memory_used_mb: int | None = None
    disks: tuple[DiskStats, ...] = ()
    nics: tuple[NicStats, ...] = ()


class VolumeConnector(msgspec.Struct, frozen=True, kw_only=True):
    """What the volume service must know of a node to export a volume to it (Cinder's connector)."""

    host: str
    address: str = ""
    properties: Mapping[str, object] = {}


class GuestEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The backend says that a guest has changed (`power` None: is gone). A nudge: the truth is for `inspect` to say."""

    server_id: ServerId
    power: PowerState | None = None
