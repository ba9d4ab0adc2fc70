"""The hypervisor: guests in memory, which outlive the drivers that speak to it."""

import threading
import weakref
from collections.abc import Callable, Mapping

import msgspec

from nova.domain.devices import Interface, Volume
from nova.domain.flavors import Flavor
from nova.domain.ids import ServerId
from nova.domain.operations import Operation
from nova.domain.servers import Guest, GuestSpec
from nova.domain.states import PowerState
from nova.driverapi.values import GuestEvent
from nova.virt.fake.errors import Full, HypervisorDown, NoSuchGuest

REMEMBERED_OPERATIONS = 16
CONSOLE_LIMIT = 64 * 1024


class Size(msgspec.Struct, frozen=True):
    """What a node has, or what is taken of it: processors, MiB, GiB."""

    vcpus: int = 0
    memory_mb: int = 0
    disk_gb: int = 0

    def __add__(self, other: "Size") -> "Size":
        return Size(self.vcpus + other.vcpus, self.memory_mb + other.memory_mb, self.disk_gb + other.disk_gb)

    def __sub__(self, other: "Size") -> "Size":
        return Size(self.vcpus - other.vcpus, self.memory_mb - other.memory_mb, self.disk_gb - other.disk_gb)

    @classmethod
    def of(cls, flavor: Flavor) -> "Size":
        """What a flavor takes."""
        return cls(flavor.vcpus, flavor.memory_mb, flavor.disk_gb)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A guest as the hypervisor keeps it.

    `made` is the flavor and image that it was spawned with; `before` is flavor and node of before a resize; `sent` is
    set while a copy waits here for the end of a cold migration.
    """

    spec: GuestSpec
    node: str
    flavor: Flavor
    power: PowerState = PowerState.NOSTATE
    volumes: Mapping[str, Volume] = {}
    interfaces: Mapping[str, Interface] = {}
    before: tuple[Flavor, str] | None = None
    sent: bool = False
    rescued: bool = False
    console: bytes = b""
    boots: int = 0
    dumps: int = 0
    done: tuple[str, ...] = ()

    @property
    def guest(self) -> Guest:
        """The guest as the contract shows it."""
        return Guest(
            server_id=self.spec.server_id,
            node=self.node,
            power=self.power,
            vcpus=self.flavor.vcpus,
            memory_mb=self.flavor.memory_mb,
            rescued=self.rescued,
            resized=self.sent or self.before is not None,
            volumes=frozenset(self.volumes),
            interfaces=frozenset(self.interfaces),
        )

    def held(self, node: str) -> Size:
        """What it takes of the node; both flavors while a resize waits to be confirmed."""
        size = Size.of(self.flavor) if self.node == node else Size()
        if self.before is not None and self.before[1] == node:
            size = size + Size.of(self.before[0])
        return size

    def having(self, operation: Operation) -> "Record":
        """The same record, with the operation's step marked as done."""
        return msgspec.structs.replace(self, done=(*self.done, operation.key)[-REMEMBERED_OPERATIONS:])

    def booted(self) -> "Record":
        """The same record after a start of the guest."""
        line = f"[{self.boots + 1}] {self.spec.name} booted\nlogin: \n".encode()
        return msgspec.structs.replace(
            self, power=PowerState.RUNNING, boots=self.boots + 1, console=(self.console + line)[-CONSOLE_LIMIT:]
        )


class _GuestLock:
    def __init__(self) -> None:
        self.lock = threading.RLock()


class Hypervisor:
    """One host. Every method is atomic; `guest_lock` makes several of them one for one guest."""

    def __init__(self, host: str, lock: threading.RLock) -> None:
        self.host = host
        self.answers = True
        self.images: set[str] = set()
        self.arriving: dict[ServerId, Record] = {}
        self.migrating: dict[ServerId, bool] = {}
        self.reserved: dict[ServerId, tuple[str, Flavor]] = {}
        self.nodes: dict[str, Size] = {}
        self.used: dict[str, Size] = {}
        self._foreign: dict[str, int] = {}
        self._records: dict[ServerId, Record] = {}
        self._listeners: list[Callable[[GuestEvent], None]] = []
        self._lock = lock
        self._guest_locks: weakref.WeakValueDictionary[ServerId, _GuestLock] = weakref.WeakValueDictionary()

    def configure(self, nodes: int, size: Size) -> None:
        """Give the host its nodes; the first has the host's name."""
        with self._lock:
            for number in range(nodes):
                name = self.host if number == 0 else f"{self.host}-{number}"
                self.nodes[name] = size
                self.used.setdefault(name, Size())

    def check_answers(self) -> None:
        """Raise HypervisorDown while it is down."""
        if not self.answers:
            raise HypervisorDown(f"{self.host} is down")

    def guest_lock(self, server_id: ServerId) -> _GuestLock:
        """The lock of one guest, as long as anyone holds it."""
        with self._lock:
            return self._guest_locks.setdefault(server_id, _GuestLock())

    def find(self, server_id: ServerId) -> Record | None:
        """The guest, or None."""
        return self._records.get(server_id)

    def get(self, server_id: ServerId) -> Record:
        """The guest. Raises NoSuchGuest."""
        record = self._records.get(server_id)
        if record is None:
            raise NoSuchGuest(server_id)
        return record

    def all(self) -> tuple[Record, ...]:
        """All guests of ours."""
        with self._lock:
            return tuple(self._records.values())

    def check_room(self, server_id: ServerId, flavor: Flavor, node: str) -> None:
        """Raise Full unless the node has room for one more guest of this flavor."""
        self._check_room(server_id, node, Size.of(flavor))

    def put(self, record: Record) -> Record:
        """Add the guest, or change it. Raises Full if what it takes grows beyond its node."""
        with self._lock:
            old = self._records.get(record.spec.server_id)
            held = old.held(record.node) if old is not None else Size()
            self._check_room(record.spec.server_id, record.node, record.held(record.node) - held)
            self._take(old, record)
            self._records[record.spec.server_id] = record
        if old is None or old.power is not record.power:
            self._tell(GuestEvent(server_id=record.spec.server_id, power=record.power))
        return record

    def remove(self, server_id: ServerId) -> None:
        """Remove the guest, if there is one, and what was kept for one."""
        with self._lock:
            old = self._records.pop(server_id, None)
            self._take(old, None)
            self.arriving.pop(server_id, None)
            self.reserved.pop(server_id, None)
        if old is not None:
            self._tell(GuestEvent(server_id=server_id))

    def watch(self, listener: Callable[[GuestEvent], None]) -> Callable[[], None]:
        """Call the listener at each change, until the returned function is called."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def set_power(self, server_id: ServerId, power: PowerState) -> None:
        """What an administrator does behind the driver's back: the guest is killed, or started."""
        self.put(msgspec.structs.replace(self.get(server_id), power=power))

    def add_foreign(self, name: str) -> None:
        """A guest that is not Nova's."""
        self._foreign[name] = 1

    def foreign(self) -> Mapping[str, int]:
        """The guests that are not Nova's, with a number that changes when one is touched."""
        return dict(self._foreign)

    def _check_room(self, server_id: ServerId, node: str, more: Size) -> None:
        if more == Size():
            return
        if node not in self.nodes:
            raise Full(f"there is no node {node!r}, only {', '.join(sorted(self.nodes)[:5])}")
        free = self.nodes[node] - self.used[node]
        for other, (where, flavor) in self.reserved.items():
            if where == node and other != server_id:
                free = free - Size.of(flavor)
        for field in Size.__struct_fields__:
            if getattr(more, field) > max(0, getattr(free, field)):
                raise Full(f"{node} has {getattr(free, field)} {field} left, {getattr(more, field)} are needed")

    def _take(self, old: Record | None, new: Record | None) -> None:
        for record, sign in ((old, -1), (new, 1)):
            if record is None:
                continue
            for node in {record.node, record.before[1] if record.before else record.node}:
                size = record.held(node)
                self.used[node] = self.used[node] + size if sign > 0 else self.used[node] - size

    def _tell(self, event: GuestEvent) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(event)


class Fabric:
    """All hypervisors that can reach each other. They share one lock, so that a guest is on one of them at a time."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._hypervisors: dict[str, Hypervisor] = {}

    def hypervisor(self, host: str) -> Hypervisor:
        """The hypervisor of this host; it begins to exist when first asked for."""
        with self.lock:
            if host not in self._hypervisors:
                self._hypervisors[host] = Hypervisor(host, self.lock)
            return self._hypervisors[host]

    def other(self, host: str) -> Hypervisor:
        """An existing hypervisor. Raises HypervisorDown if there is none for this host."""
        with self.lock:
            if host not in self._hypervisors:
                raise HypervisorDown(f"no host {host!r} in reach")
            return self._hypervisors[host]


THIS_PROCESS = Fabric()
"""The hypervisors of this process, which a driver finds by its host's name."""
