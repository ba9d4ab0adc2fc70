"""Moving guests between the hypervisors of a fabric."""

from msgspec.structs import replace

from nova.domain.ids import ServerId
from nova.domain.operations import Operation
from nova.domain.servers import Guest, GuestSpec
from nova.domain.states import PowerState
from nova.domain.tasks import MigrationTicket
from nova.domain.views import MigrationProgress
from nova.driverapi.errors import BackendFailed, GuestNotFound, InvalidRequest
from nova.virt.fake.errors import translated
from nova.virt.fake.faults import driver_call
from nova.virt.fake.hypervisor import Hypervisor, Record
from nova.virt.fake.session import OnSession, Session, require_power


class Moving(OnSession):
    """ColdMigration."""

    @driver_call
    def prepare_move(self, operation: Operation, spec: GuestSpec, node: str) -> MigrationTicket:
        """Keep room for the guest."""
        return _reserve(self._session, operation, spec, node)

    @driver_call
    def send_guest(self, operation: Operation, server_id: ServerId, ticket: MigrationTicket) -> None:
        """Stop it, then copy it."""
        other = _destination(self._session, ticket)

        def stop(record: Record) -> Record:
            return replace(record, power=PowerState.SHUTDOWN, sent=True)

        record = self._session.get(server_id)
        if operation.key in record.done:
            return
        self._session.once(operation.at(f"{operation.step}.stop"), "stop", server_id, stop)

        def ship(record: Record) -> Record:
            other.arriving[server_id] = replace(record, sent=False, done=())
            return record

        self._session.once(operation, "ship", server_id, ship)

    @driver_call
    def receive_guest(self, operation: Operation, spec: GuestSpec, ticket: MigrationTicket) -> Guest:
        """Start what has arrived."""
        session = self._session
        with session.alone(spec.server_id):
            record = session.find(spec.server_id)
            if record is None:
                arrived = session.hypervisor.arriving.get(spec.server_id)
                if arrived is None:
                    raise GuestNotFound(f"Nothing has arrived for guest {spec.server_id}: send it first.")
                record = replace(arrived, spec=spec, flavor=spec.flavor, node=ticket.node, before=None)
                started = record.booted().having(operation)
                session.put("start", started)
            session.call("release", lambda: _release(session.hypervisor, spec.server_id))
            return session.get(spec.server_id).guest

    @driver_call
    def confirm_move(self, operation: Operation, server_id: ServerId) -> None:
        """Remove the copy."""
        del operation
        session = self._session
        with session.alone(server_id):
            record = session.find(server_id)
            if record is not None and record.sent:
                session.call("undefine", lambda: session.hypervisor.remove(server_id))

    @driver_call
    def revert_move(self, operation: Operation, server_id: ServerId) -> Guest:
        """Start the copy."""

        def start(record: Record) -> Record:
            return replace(record.booted(), sent=False) if record.sent else record

        return self._session.once(operation, "start", server_id, start)


class LiveMoving(OnSession):
    """LiveMigration."""

    @driver_call
    def prepare_live(self, operation: Operation, spec: GuestSpec, node: str) -> MigrationTicket:
        """Keep room for the guest."""
        return _reserve(self._session, operation, spec, node)

    @driver_call
    def migrate_live(self, operation: Operation, server_id: ServerId, ticket: MigrationTicket) -> None:
        """Copy, then switch over in one go."""
        session = self._session
        other = _destination(session, ticket)
        with session.alone(server_id):
            record = session.find(server_id)
            if record is None:
                if other.find(server_id) is None:
                    raise GuestNotFound(f"Guest {server_id} is neither here nor on {ticket.host}.")
                return
            require_power(record, "migrate", PowerState.RUNNING, PowerState.PAUSED)
            here = session.hypervisor
            session.call("copy", lambda: here.migrating.update({server_id: False}))
            moved = replace(record, node=ticket.node).having(operation)
            session.call("switch", lambda: _switch(session, other, moved))

    @driver_call
    def finish_live(self, operation: Operation, spec: GuestSpec) -> Guest:
        """The guest is here; the room that was kept is taken now."""
        session = self._session
        guest = session.once(operation, "finish", spec.server_id, lambda record: replace(record, spec=spec))
        session.call("release", lambda: _release(session.hypervisor, spec.server_id))
        return guest

    @driver_call
    def roll_back_live(self, operation: Operation, server_id: ServerId) -> None:
        """Give the room back."""
        del operation
        self._session.call("release", lambda: _release(self._session.hypervisor, server_id))

    @driver_call
    def abort_live(self, operation: Operation, server_id: ServerId) -> None:
        """The switch will not take place."""
        del operation
        self._session.get(server_id)
        migrating = self._session.hypervisor.migrating
        if server_id in migrating:
            migrating[server_id] = True

    @driver_call
    def force_live(self, operation: Operation, server_id: ServerId) -> None:
        """Memory is copied in no time: there is nothing to hurry."""
        del operation
        self._session.get(server_id)

    @driver_call
    def live_progress(self, server_id: ServerId) -> MigrationProgress:
        """Between copy and switch, all is done but the switch."""
        record = self._session.get(server_id)
        memory = record.flavor.memory_mb * 1024 * 1024
        if server_id in self._session.hypervisor.migrating:
            return MigrationProgress(running=True, memory_total=memory, memory_done=memory)
        return MigrationProgress(running=False)


def _reserve(session: Session, operation: Operation, spec: GuestSpec, node: str) -> MigrationTicket:
    del operation
    here = session.hypervisor
    session.call("check-room", lambda: here.check_room(spec.server_id, spec.flavor, node))
    session.call("reserve", lambda: here.reserved.update({spec.server_id: (node, spec.flavor)}))
    return MigrationTicket(host=here.host, node=node, data={"transport": "memory"})


def _release(hypervisor: Hypervisor, server_id: ServerId) -> None:
    hypervisor.arriving.pop(server_id, None)
    hypervisor.reserved.pop(server_id, None)


def _destination(session: Session, ticket: MigrationTicket) -> Hypervisor:
    if ticket.host == session.hypervisor.host:
        raise InvalidRequest(f"A guest cannot migrate from {ticket.host} to itself: resize it in place.")
    with translated():
        other = session.fabric.other(ticket.host)
        other.check_answers()
    return other


def _switch(session: Session, other: Hypervisor, moved: Record) -> None:
    here = session.hypervisor
    with session.fabric.lock:
        if here.migrating.pop(moved.spec.server_id, False):
            raise BackendFailed(f"The live migration of guest {moved.spec.server_id} was aborted; it still runs here.")
        other.put(moved)
        here.remove(moved.spec.server_id)
