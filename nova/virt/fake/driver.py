"""The driver: puts its parts together."""

from collections.abc import Sequence

from nova.domain.hosts import DISK_GB, MEMORY_MB, VCPU, Node, Resource
from nova.domain.ids import ServerId
from nova.domain.operations import Operation
from nova.domain.servers import Guest, GuestSpec
from nova.driverapi import facets as api
from nova.driverapi import options
from nova.driverapi.capabilities import Capabilities
from nova.driverapi.context import DriverContext
from nova.driverapi.values import DriverIdentity, PowerTarget, RebootKind
from nova.virt.fake.config import Options
from nova.virt.fake.console import PROTOCOLS, Console
from nova.virt.fake.faults import FaultPlan, driver_call
from nova.virt.fake.hypervisor import THIS_PROCESS, Fabric, Size
from nova.virt.fake.lifecycle import Lifecycle, Reshaping, Running
from nova.virt.fake.migration import LiveMoving, Moving
from nova.virt.fake.network import Network
from nova.virt.fake.session import Session
from nova.virt.fake.storage import IMAGE_FORMATS, Storage


class FakeDriver:
    """Servers in memory. `fabric` holds the hypervisors; tests that want some of their own give another one."""

    def __init__(self, context: DriverContext, fabric: Fabric = THIS_PROCESS) -> None:
        chosen = options.read("fake", Options, context.options)
        self.faults = FaultPlan(chosen.faults)
        session = Session(fabric, context.host, context.images, self.faults)
        fabric.hypervisor(context.host).configure(chosen.nodes, Size(chosen.vcpus, chosen.memory_mb, chosen.disk_gb))
        self._session = session
        self._lifecycle = Lifecycle(session)
        self._facets = _facets(session)

    @driver_call
    def identity(self) -> DriverIdentity:
        """The hypervisor is as old as the driver."""
        host = self._session.hypervisor.host
        return DriverIdentity(name="fake", version="1", backend=f"memory of {host}", backend_version="1")

    def capabilities(self) -> Capabilities:
        """Everything."""
        return Capabilities(
            pause=True,
            suspend=True,
            snapshot=True,
            rebuild=True,
            resize=True,
            rescue=True,
            cold_migration=True,
            live_migration=True,
            volume_attach=True,
            interface_attach=True,
            console_output=True,
            remote_console=True,
            diagnostics=True,
            admin_password=True,
            crash_dump=True,
            image_cache=True,
            guest_events=True,
            soft_reboot=True,
            soft_power_off=True,
            boot_from_volume=True,
            config_drive=True,
            image_formats=IMAGE_FORMATS,
            console_protocols=PROTOCOLS,
        )

    def facet(self, facet: api.Facet[api.F]) -> api.F | None:
        """Every facet there is."""
        return self._facets.get(facet)

    @driver_call
    def inventory(self) -> tuple[Node, ...]:
        """All nodes are of the same size."""
        hypervisor = self._session.hypervisor
        return self._session.call("nodes", lambda: tuple(_node(name, size) for name, size in hypervisor.nodes.items()))

    @driver_call
    def list_guests(self) -> tuple[Guest, ...]:
        """One call, however many there are."""
        hypervisor = self._session.hypervisor
        return self._session.call("guests", lambda: tuple(record.guest for record in hypervisor.all()))

    @driver_call
    def inspect(self, server_id: ServerId) -> Guest:
        """One guest."""
        return self._session.get(server_id).guest

    def spawn(self, operation: Operation, spec: GuestSpec, node: str) -> Guest:
        """See Lifecycle."""
        return self._lifecycle.spawn(operation, spec, node)

    def power(self, operation: Operation, server_id: ServerId, target: PowerTarget, grace: float) -> Guest:
        """See Lifecycle."""
        return self._lifecycle.power(operation, server_id, target, grace)

    def reboot(self, operation: Operation, server_id: ServerId, kind: RebootKind) -> Guest:
        """See Lifecycle."""
        return self._lifecycle.reboot(operation, server_id, kind)

    def destroy(self, operation: Operation, server_id: ServerId) -> None:
        """See Lifecycle."""
        self._lifecycle.destroy(operation, server_id)

    @driver_call
    def recover(self, interrupted: Sequence[Operation]) -> None:
        """A live migration that was under way has ended with its process."""
        migrating = self._session.hypervisor.migrating
        for operation in interrupted:
            migrating.pop(operation.server_id, None)

    def close(self) -> None:
        """There is nothing to end."""


def _facets(session: Session) -> api.FacetTable:
    running, reshaping, storage, console = Running(session), Reshaping(session), Storage(session), Console(session)
    return api.FacetTable(
        (
            api.PAUSE.by(running),
            api.SUSPEND.by(running),
            api.SNAPSHOT.by(storage),
            api.REBUILD.by(reshaping),
            api.RESIZE.by(reshaping),
            api.RESCUE.by(reshaping),
            api.COLD_MIGRATION.by(Moving(session)),
            api.LIVE_MIGRATION.by(LiveMoving(session)),
            api.VOLUME_ATTACH.by(storage),
            api.INTERFACE_ATTACH.by(Network(session)),
            api.CONSOLE_OUTPUT.by(console),
            api.REMOTE_CONSOLE.by(console),
            api.DIAGNOSTICS.by(console),
            api.ADMIN_PASSWORD.by(console),
            api.CRASH_DUMP.by(console),
            api.IMAGE_CACHE.by(storage),
            api.GUEST_EVENTS.by(console),
        )
    )


def _node(name: str, size: Size) -> Node:
    return Node(
        name=name,
        resources={
            VCPU: Resource(total=size.vcpus),
            MEMORY_MB: Resource(total=size.memory_mb),
            DISK_GB: Resource(total=size.disk_gb),
        },
        hypervisor="fake",
        version=1_000_000,
        address="127.0.0.1",
    )
