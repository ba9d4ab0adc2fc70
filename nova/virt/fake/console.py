"""What a guest prints, its figures, and what is done inside of it."""

from collections.abc import Callable

from msgspec.structs import replace

from nova.domain.ids import ServerId
from nova.domain.operations import Operation
from nova.domain.states import PowerState
from nova.domain.views import ConsoleEndpoint, DiskStats, GuestDiagnostics, NicStats
from nova.driverapi.errors import NotSupported
from nova.driverapi.values import GuestEvent
from nova.virt.fake.faults import driver_call
from nova.virt.fake.hypervisor import Record
from nova.virt.fake.session import OnSession, require_power

PROTOCOLS = frozenset({"vnc", "serial"})


class Console(OnSession):
    """ConsoleOutput, RemoteConsole, Diagnostics, AdminPassword, CrashDump and GuestEvents."""

    @driver_call
    def console_output(self, server_id: ServerId, lines: int | None) -> bytes:
        """One line per boot, and a prompt."""
        kept = self._session.get(server_id).console.splitlines(keepends=True)
        return b"".join(kept if lines is None else kept[max(0, len(kept) - lines) :])

    @driver_call
    def remote_console(self, server_id: ServerId, protocol: str) -> ConsoleEndpoint:
        """An address at which nobody listens."""
        record = self._session.get(server_id)
        if protocol not in PROTOCOLS:
            raise NotSupported(f"This driver has no {protocol} consoles, only {', '.join(sorted(PROTOCOLS))}.")
        require_power(record, f"open a {protocol} console of", PowerState.RUNNING, PowerState.PAUSED)
        return ConsoleEndpoint(protocol=protocol, host="127.0.0.1", port=5900)

    @driver_call
    def diagnostics(self, server_id: ServerId) -> GuestDiagnostics:
        """The shape is true; the figures are zero."""
        record = self._session.get(server_id)
        return GuestDiagnostics(
            power=record.power,
            hypervisor="fake",
            uptime=0,
            config_drive=record.spec.config_drive,
            cpu_times=(0,) * record.flavor.vcpus,
            memory_maximum_mb=record.flavor.memory_mb,
            memory_used_mb=0,
            disks=(DiskStats(device="vda"),),
            nics=tuple(NicStats(mac=interface.mac) for interface in record.interfaces.values()),
        )

    @driver_call
    def set_admin_password(self, operation: Operation, server_id: ServerId, password: str) -> None:
        """There is nobody inside to remember it: it is noted where a first boot would have read it."""

        def note(record: Record) -> Record:
            require_power(record, "set the password of", PowerState.RUNNING)
            cloud = replace(record.spec.cloud, admin_password=password)
            return replace(record, spec=replace(record.spec, cloud=cloud))

        self._session.once(operation, "set-password", server_id, note)

    @driver_call
    def trigger_crash_dump(self, operation: Operation, server_id: ServerId) -> None:
        """Counted."""

        def dump(record: Record) -> Record:
            require_power(record, "dump", PowerState.RUNNING, PowerState.PAUSED)
            return replace(record, dumps=record.dumps + 1)

        self._session.once(operation, "crash-dump", server_id, dump)

    def watch(self, listener: Callable[[GuestEvent], None]) -> Callable[[], None]:
        """The hypervisor calls the listener from the thread that made the change."""
        return self._session.hypervisor.watch(listener)
