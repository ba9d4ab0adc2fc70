"""Making, starting, stopping and removing guests; pausing, suspending, resizing, rescuing and rebuilding them."""

from msgspec.structs import replace

from nova.domain.ids import ServerId
from nova.domain.images import ImageRef
from nova.domain.operations import Operation
from nova.domain.servers import Guest, GuestSpec
from nova.domain.states import PowerState
from nova.driverapi.errors import GuestConflict, WrongPowerState
from nova.driverapi.values import PowerTarget, RebootKind
from nova.virt.fake.faults import driver_call
from nova.virt.fake.hypervisor import Record
from nova.virt.fake.session import OnSession, require_power
from nova.virt.fake.storage import fetch_image

_ON = (PowerState.RUNNING, PowerState.PAUSED, PowerState.SUSPENDED)
_WHOLE = (*_ON, PowerState.SHUTDOWN, PowerState.CRASHED)


class Lifecycle(OnSession):
    """The core methods about a guest's life."""

    @driver_call
    def spawn(self, operation: Operation, spec: GuestSpec, node: str) -> Guest:
        """Define, give disks and devices, start: each a call of its own, so that a crash can fall between them."""
        session = self._session
        with session.alone(spec.server_id):
            record = session.find(spec.server_id)
            if record is not None and operation.key in record.done:
                return record.guest
            if record is not None and (record.spec.flavor, record.spec.image) != (spec.flavor, spec.image):
                raise GuestConflict(f"Guest {spec.server_id} exists with another flavor or image. Destroy it first.")
            if record is None:
                session.call("check-room", lambda: session.hypervisor.check_room(spec.server_id, spec.flavor, node))
                fetch_image(session, spec.image)
                record = session.put("define", Record(spec=spec, node=node, flavor=spec.flavor))
            volumes = {volume.attachment_id: volume for volume in spec.volumes}
            record = session.put("connect-volumes", replace(record, volumes={**volumes, **record.volumes}))
            interfaces = {interface.port_id: interface for interface in spec.interfaces}
            record = session.put("plug-interfaces", replace(record, interfaces={**interfaces, **record.interfaces}))
            started = record if record.power is PowerState.RUNNING else record.booted()
            return session.put("start", started.having(operation)).guest

    @driver_call
    def power(self, operation: Operation, server_id: ServerId, target: PowerTarget, grace: float) -> Guest:
        """Guests in memory obey at once, so `grace` is never used up."""
        del grace

        def turn(record: Record) -> Record:
            require_power(record, f"turn {target}", *_WHOLE)
            if target is PowerTarget.OFF:
                return replace(record, power=PowerState.SHUTDOWN)
            if record.power in {PowerState.PAUSED, PowerState.SUSPENDED}:
                require_power(record, "turn on", PowerState.SHUTDOWN)
            return record if record.power is PowerState.RUNNING else record.booted()

        return self._session.once(operation, f"turn-{target}", server_id, turn)

    @driver_call
    def reboot(self, operation: Operation, server_id: ServerId, kind: RebootKind) -> Guest:
        """Start the guest once more."""

        def restart(record: Record) -> Record:
            allowed = (PowerState.RUNNING,) if kind is RebootKind.SOFT else _WHOLE
            require_power(record, f"reboot ({kind})", *allowed)
            return record.booted()

        return self._session.once(operation, "restart", server_id, restart)

    @driver_call
    def destroy(self, operation: Operation, server_id: ServerId) -> None:
        """Stop the guest, then forget it."""
        del operation
        session = self._session
        with session.alone(server_id):
            record = session.find(server_id)
            if record is not None:
                session.put("stop", replace(record, power=PowerState.SHUTDOWN))
            session.call("undefine", lambda: session.hypervisor.remove(server_id))


class Running(OnSession):
    """Pause and Suspend."""

    @driver_call
    def pause(self, operation: Operation, server_id: ServerId) -> Guest:
        """RUNNING to PAUSED."""
        return self._turn(operation, "pause", server_id, (PowerState.RUNNING, PowerState.PAUSED))

    @driver_call
    def unpause(self, operation: Operation, server_id: ServerId) -> Guest:
        """PAUSED to RUNNING."""
        return self._turn(operation, "unpause", server_id, (PowerState.PAUSED, PowerState.RUNNING))

    @driver_call
    def suspend(self, operation: Operation, server_id: ServerId) -> Guest:
        """RUNNING to SUSPENDED."""
        return self._turn(operation, "suspend", server_id, (PowerState.RUNNING, PowerState.SUSPENDED))

    @driver_call
    def resume(self, operation: Operation, server_id: ServerId) -> Guest:
        """SUSPENDED to RUNNING."""
        return self._turn(operation, "resume", server_id, (PowerState.SUSPENDED, PowerState.RUNNING))

    def _turn(
        self, operation: Operation, call: str, server_id: ServerId, states: tuple[PowerState, PowerState]
    ) -> Guest:
        def turn(record: Record) -> Record:
            require_power(record, call, *states)
            return replace(record, power=states[1])

        return self._session.once(operation, call, server_id, turn)


class Reshaping(OnSession):
    """Resize, Rescue and Rebuild."""

    @driver_call
    def resize(self, operation: Operation, spec: GuestSpec, node: str) -> Guest:
        """The old flavor's room stays taken until the resize is confirmed or reverted."""

        def grow(record: Record) -> Record:
            require_power(record, "resize", *_WHOLE)
            if (record.flavor, record.node) == (spec.flavor, node):
                return record
            if record.before is not None or record.sent:
                raise WrongPowerState(f"Cannot resize guest {spec.server_id}: confirm or revert the last resize first.")
            return replace(record, spec=spec, flavor=spec.flavor, node=node, before=(record.flavor, record.node))

        return self._session.once(operation, "resize", spec.server_id, grow)

    @driver_call
    def confirm_resize(self, operation: Operation, server_id: ServerId) -> Guest:
        """Give the old flavor's room back."""
        return self._session.once(operation, "confirm", server_id, lambda record: replace(record, before=None))

    @driver_call
    def revert_resize(self, operation: Operation, server_id: ServerId) -> Guest:
        """Take the old flavor again."""

        def shrink(record: Record) -> Record:
            if record.before is None:
                return record
            flavor, node = record.before
            spec = replace(record.spec, flavor=flavor)
            return replace(record, spec=spec, flavor=flavor, node=node, before=None)

        return self._session.once(operation, "revert", server_id, shrink)

    @driver_call
    def rescue(self, operation: Operation, spec: GuestSpec, image: ImageRef | None, password: str) -> Guest:
        """The rescue system has no use for the password here."""
        del password
        self._session.get(spec.server_id)
        fetch_image(self._session, image)

        def enter(record: Record) -> Record:
            require_power(record, "rescue", *_WHOLE)
            return record if record.rescued else replace(record.booted(), rescued=True)

        return self._session.once(operation, "rescue", spec.server_id, enter)

    @driver_call
    def unrescue(self, operation: Operation, server_id: ServerId) -> Guest:
        """Boot the guest's own system."""

        def leave(record: Record) -> Record:
            return replace(record.booted(), rescued=False) if record.rescued else record

        return self._session.once(operation, "unrescue", server_id, leave)

    @driver_call
    def rebuild(self, operation: Operation, spec: GuestSpec) -> Guest:
        """A new disk, the same devices."""
        self._session.get(spec.server_id)
        fetch_image(self._session, spec.image)

        def renew(record: Record) -> Record:
            fresh = replace(record, spec=replace(spec, flavor=record.flavor), rescued=False, console=b"")
            return fresh.booted()

        return self._session.once(operation, "rebuild", spec.server_id, renew)
