"""A driver's connection to the hypervisor: each call may be struck by a fault, and its errors are translated."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from nova.domain.ids import ServerId
from nova.domain.operations import Operation
from nova.domain.servers import Guest
from nova.domain.states import PowerState
from nova.driverapi.context import ImageStore
from nova.driverapi.errors import WrongPowerState
from nova.virt.fake.errors import translated
from nova.virt.fake.faults import FaultPlan, When
from nova.virt.fake.hypervisor import Fabric, Hypervisor, Record

R = TypeVar("R")


class Session:
    """What the facets share: the hypervisor, its peers, the image service and the faults that are planned."""

    def __init__(self, fabric: Fabric, host: str, images: ImageStore, faults: FaultPlan) -> None:
        self.fabric = fabric
        self.images = images
        self.faults = faults
        self._hypervisor = fabric.hypervisor(host)

    @property
    def hypervisor(self) -> Hypervisor:
        """The hypervisor. Raises BackendUnavailable while it is down."""
        with translated():
            self._hypervisor.check_answers()
        return self._hypervisor

    def call(self, name: str, work: Callable[[], R]) -> R:
        """One call to the hypervisor."""
        self.faults.strike(f"hypervisor.{name}", When.BEFORE)
        with translated():
            self._hypervisor.check_answers()
            result = work()
        self.faults.strike(f"hypervisor.{name}", When.AFTER)
        return result

    def get(self, server_id: ServerId) -> Record:
        """The guest. Raises GuestNotFound."""
        return self.call("lookup", lambda: self._hypervisor.get(server_id))

    def find(self, server_id: ServerId) -> Record | None:
        """The guest, or None."""
        return self.call("lookup", lambda: self._hypervisor.find(server_id))

    def put(self, name: str, record: Record) -> Record:
        """Change the guest."""
        return self.call(name, lambda: self._hypervisor.put(record))

    @contextmanager
    def alone(self, server_id: ServerId) -> Iterator[None]:
        """Keep a second copy of the same work waiting until the first is done."""
        held = self._hypervisor.guest_lock(server_id)
        with held.lock:
            yield

    def once(self, operation: Operation, name: str, server_id: ServerId, work: Callable[[Record], Record]) -> Guest:
        """Change the guest by `work` in one call, unless this step of the operation was done before."""
        with self.alone(server_id):
            record = self.get(server_id)
            if operation.key in record.done:
                return record.guest
            return self.put(name, work(record).having(operation)).guest


class OnSession:
    """What every facet stands on: the session, and what goes wrong in it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def faults(self) -> FaultPlan:
        """What goes wrong."""
        return self._session.faults


def require_power(record: Record, call: str, *allowed: PowerState) -> None:
    """Raise WrongPowerState unless the guest has one of the power states."""
    if record.power not in allowed:
        wanted = " or ".join(state.name.lower() for state in allowed)
        raise WrongPowerState(
            f"Cannot {call} guest {record.spec.server_id}: it is {record.power.name.lower()}, and has to be {wanted}."
        )
