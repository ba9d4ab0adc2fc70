"""What people and other services ask about a guest, besides its state."""

from collections.abc import Mapping

import msgspec

from nova.domain.states import PowerState


class ConsoleEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a proxy reaches a guest's console. `protocol` is `vnc`, `spice`, `serial` or the like.

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
