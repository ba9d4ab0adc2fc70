"""The optional abilities of a driver: one small Protocol each, and a key to ask for it.

The core asks `driver.facet(PAUSE)` and gets an object or None. The rules of `ComputeDriver` hold for these methods
too: idempotent, named by their operation, raising only DriverErrors. All but read-only ones take the operation first.
GuestNotFound is raised for a guest that is not there; WrongPowerState as each method says.
"""

from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar, cast

from nova.domain.devices import Interface, Volume
from nova.domain.ids import ServerId
from nova.domain.images import ImageRef, ImageTarget
from nova.domain.operations import Operation
from nova.domain.servers import Guest, GuestSpec
from nova.domain.tasks import MigrationTicket
from nova.domain.views import ConsoleEndpoint, GuestDiagnostics, MigrationProgress, VolumeConnector
from nova.driverapi.values import GuestEvent

F = TypeVar("F")


class Pause(Protocol):
    """Stop a guest's processors and let them go on. Needs a running guest (unpause: a paused one)."""

    def pause(self, operation: Operation, server_id: ServerId) -> Guest:
        """Pause: the guest has power PAUSED then."""

    def unpause(self, operation: Operation, server_id: ServerId) -> Guest:
        """Let it go on: RUNNING."""


class Suspend(Protocol):
    """Save a guest's memory to disk and go on from there. Needs a running guest (resume: a suspended one)."""

    def suspend(self, operation: Operation, server_id: ServerId) -> Guest:
        """Suspend: the guest has power SUSPENDED then, also after the host was restarted."""

    def resume(self, operation: Operation, server_id: ServerId) -> Guest:
        """Go on from the saved memory: RUNNING."""


class Snapshot(Protocol):
    """Make an image of a guest's root disk, in any power state but NOSTATE; the power state stays."""

    def snapshot(self, operation: Operation, server_id: ServerId, target: ImageTarget) -> ImageRef:
        """Fill the image and return its record. Called again, it returns the same image."""


class Rebuild(Protocol):
    """Start a guest afresh in its place, where destroying and spawning it would lose more than it should."""

    def rebuild(self, operation: Operation, spec: GuestSpec) -> Guest:
        """Make the guest anew from the spec's image; it runs then. Volumes and interfaces stay plugged in."""


class Resize(Protocol):
    """Change a guest's flavor on its own host, with a way back until it is confirmed."""

    def resize(self, operation: Operation, spec: GuestSpec, node: str) -> Guest:
        """Give the guest the spec's flavor, on `node`, in the power state that it had. NoRoom if there is none."""

    def confirm_resize(self, operation: Operation, server_id: ServerId) -> Guest:
        """Give up the way back. Without a resize that waits for it, nothing happens."""

    def revert_resize(self, operation: Operation, server_id: ServerId) -> Guest:
        """Return to flavor and node of before. Without a resize that waits for it, nothing happens."""


class Rescue(Protocol):
    """Boot a rescue system with the server's disk beside it."""

    def rescue(self, operation: Operation, spec: GuestSpec, image: ImageRef | None, password: str) -> Guest:
        """Boot `image` (None: the server's own): RUNNING and `rescued`, whatever the power state was."""

    def unrescue(self, operation: Operation, server_id: ServerId) -> Guest:
        """Boot from the server's own disk: RUNNING. A guest that is not rescued is left as it is."""


class ColdMigration(Protocol):
    """Move a guest that is off, with its local disks, to another host of the same driver."""

    def prepare_move(self, operation: Operation, spec: GuestSpec, node: str) -> MigrationTicket:
        """At the destination: make room. NoRoom if there is none."""

    def send_guest(self, operation: Operation, server_id: ServerId, ticket: MigrationTicket) -> None:
        """At the source: stop the guest and ship its disks. The source keeps it, SHUTDOWN and `resized`."""

    def receive_guest(self, operation: Operation, spec: GuestSpec, ticket: MigrationTicket) -> Guest:
        """At the destination: start the guest, with the spec's flavor, from what was shipped: RUNNING."""

    def confirm_move(self, operation: Operation, server_id: ServerId) -> None:
        """At the source: remove what was kept. Nothing happens where nothing was."""

    def revert_move(self, operation: Operation, server_id: ServerId) -> Guest:
        """At the source: start what was kept: RUNNING. The destination has been told to destroy its guest before."""


class LiveMigration(Protocol):
    """Move a running guest to another host of the same driver."""

    def prepare_live(self, operation: Operation, spec: GuestSpec, node: str) -> MigrationTicket:
        """At the destination: make room. Nothing that `list_guests` would show exists there yet."""

    def migrate_live(self, operation: Operation, server_id: ServerId, ticket: MigrationTicket) -> None:
        """At the source: move the guest. When it returns, the guest runs there and is gone here."""

    def finish_live(self, operation: Operation, spec: GuestSpec) -> Guest:
        """At the destination: own the guest, as if it had been spawned here."""

    def roll_back_live(self, operation: Operation, server_id: ServerId) -> None:
        """At the destination: remove what was prepared. A guest that has arrived stays."""

    def abort_live(self, operation: Operation, server_id: ServerId) -> None:
        """At the source: stop a migration that is under way. Nothing happens where none is."""

    def force_live(self, operation: Operation, server_id: ServerId) -> None:
        """At the source: bring a migration that is under way to its end, at the price of a pause."""

    def live_progress(self, server_id: ServerId) -> MigrationProgress:
        """At the source: how far it is."""


class VolumeAttach(Protocol):
    """Plug volumes in and out, whether the guest runs or not."""

    def volume_connector(self, node: str) -> VolumeConnector:
        """What the volume service must know of the node."""

    def attach_volume(self, operation: Operation, server_id: ServerId, volume: Volume) -> Guest:
        """Plug it in. One that is already there is left as it is."""

    def detach_volume(self, operation: Operation, server_id: ServerId, volume: Volume) -> Guest:
        """Unplug it. One that is not there is no error."""


class InterfaceAttach(Protocol):
    """Plug network interfaces in and out, whether the guest runs or not."""

    def attach_interface(self, operation: Operation, server_id: ServerId, interface: Interface) -> Guest:
        """Plug it in. One that is already there is left as it is."""

    def detach_interface(self, operation: Operation, server_id: ServerId, interface: Interface) -> Guest:
        """Unplug it. One that is not there is no error."""


class ConsoleOutput(Protocol):
    """Read what a guest printed. A facet, not a core method: Ironic's machines and some vSphere guests have no log."""

    def console_output(self, server_id: ServerId, lines: int | None) -> bytes:
        """The last `lines` lines (None: all that is kept, 0: none) as the guest printed them since its last boot."""


class RemoteConsole(Protocol):
    """Reach a guest's screen or serial line."""

    def remote_console(self, server_id: ServerId, protocol: str) -> ConsoleEndpoint:
        """An endpoint of one of the declared protocols; NotSupported for any other. Needs a guest that is on."""


class Diagnostics(Protocol):
    """Figures about a guest."""

    def diagnostics(self, server_id: ServerId) -> GuestDiagnostics:
        """The figures of now."""


class AdminPassword(Protocol):
    """Set the administrator's password inside a running guest."""

    def set_admin_password(self, operation: Operation, server_id: ServerId, password: str) -> None:
        """Set it. NotSupported where the guest lacks the agent that is needed."""


class CrashDump(Protocol):
    """Make a guest's kernel dump its memory."""

    def trigger_crash_dump(self, operation: Operation, server_id: ServerId) -> None:
        """Raise the interrupt, once per operation. Needs a running or paused guest."""


class ImageCache(Protocol):
    """Keep images near the guests."""

    def cache_image(self, image: ImageRef) -> None:
        """Fetch it, unless it is there."""

    def prune_images(self, keep: frozenset[str]) -> frozenset[str]:
        """Remove cached images that no guest uses and `keep` does not name; the ids of those removed."""


class GuestEvents(Protocol):
    """Hear of changes to guests as they happen."""

    def watch(self, listener: Callable[[GuestEvent], None]) -> Callable[[], None]:
        """Call `listener` from any thread when a guest of ours changes, until the returned function is called."""


class Facet(Generic[F]):
    """The key to an ability. `name` is also the field of Capabilities that declares it."""

    def __init__(self, name: str, protocol: type) -> None:
        self.name = name
        self.protocol = protocol

    def by(self, implementation: F) -> "Provided":
        """Say who implements it; mypy checks that it does."""
        return Provided(self.name, implementation)

    def __repr__(self) -> str:
        return f"Facet({self.name})"


class Provided:
    """An ability and its implementation."""

    def __init__(self, name: str, implementation: object) -> None:
        self.name = name
        self.implementation = implementation


class FacetTable:
    """A driver's abilities, for its `facet` method to look in."""

    def __init__(self, provided: Iterable[Provided] = ()) -> None:
        self._provided = {each.name: each.implementation for each in provided}

    def get(self, facet: Facet[F]) -> F | None:
        """The implementation, or None."""
        return cast("F | None", self._provided.get(facet.name))


PAUSE = Facet[Pause]("pause", Pause)
SUSPEND = Facet[Suspend]("suspend", Suspend)
SNAPSHOT = Facet[Snapshot]("snapshot", Snapshot)
REBUILD = Facet[Rebuild]("rebuild", Rebuild)
RESIZE = Facet[Resize]("resize", Resize)
RESCUE = Facet[Rescue]("rescue", Rescue)
COLD_MIGRATION = Facet[ColdMigration]("cold_migration", ColdMigration)
LIVE_MIGRATION = Facet[LiveMigration]("live_migration", LiveMigration)
VOLUME_ATTACH = Facet[VolumeAttach]("volume_attach", VolumeAttach)
INTERFACE_ATTACH = Facet[InterfaceAttach]("interface_attach", InterfaceAttach)
CONSOLE_OUTPUT = Facet[ConsoleOutput]("console_output", ConsoleOutput)
REMOTE_CONSOLE = Facet[RemoteConsole]("remote_console", RemoteConsole)
DIAGNOSTICS = Facet[Diagnostics]("diagnostics", Diagnostics)
ADMIN_PASSWORD = Facet[AdminPassword]("admin_password", AdminPassword)
CRASH_DUMP = Facet[CrashDump]("crash_dump", CrashDump)
IMAGE_CACHE = Facet[ImageCache]("image_cache", ImageCache)
GUEST_EVENTS = Facet[GuestEvents]("guest_events", GuestEvents)

FACETS: tuple[Facet[object], ...] = cast(
    "tuple[Facet[object], ...]",
    (
        PAUSE, SUSPEND, SNAPSHOT, REBUILD, RESIZE, RESCUE, COLD_MIGRATION, LIVE_MIGRATION, VOLUME_ATTACH,
        INTERFACE_ATTACH, CONSOLE_OUTPUT, REMOTE_CONSOLE, DIAGNOSTICS, ADMIN_PASSWORD, CRASH_DUMP, IMAGE_CACHE,
        GUEST_EVENTS,
    ),
)  # fmt: skip
"""Every ability there is, in the order in which reports show them."""
