"""Ten thousand servers on one host."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from nova.domain.hosts import DISK_GB, MEMORY_MB, VCPU, Resource
from nova.domain.ids import OperationId, ServerId
from nova.domain.operations import Operation
from nova.domain.servers import Guest, GuestSpec
from nova.domain.states import PowerState
from nova.driverapi.errors import NoRoom
from nova.driverapi.values import PowerTarget
from nova.virt.fake.driver import FakeDriver
from nova.virt.fake.tests.backend import FakeBackend

COUNT = 10_000
NODES = 4


def _id(number: int) -> ServerId:
    return ServerId(f"00000000-0000-4000-8000-{number:012d}")


def _operation(number: int) -> Operation:
    return Operation(id=OperationId(f"00000000-0000-4000-9000-{number:012d}"), server_id=_id(number))


def _fill(backend: FakeBackend, driver: FakeDriver) -> tuple[str, ...]:
    nodes = tuple(node.name for node in driver.inventory())

    def spawn(number: int) -> Guest:
        spec = GuestSpec(server_id=_id(number), name=f"s{number}", flavor=backend.flavor(), image=backend.image())
        return driver.spawn(_operation(number), spec, nodes[number % NODES])

    with ThreadPoolExecutor(8) as pool:
        assert all(guest.power is PowerState.RUNNING for guest in pool.map(spawn, range(COUNT)))
    return nodes


def test_listing_and_inventory_are_right() -> None:
    """Every server is listed once, where it was put, in its power state; the inventory is that of empty nodes."""
    backend = FakeBackend()
    options = {"nodes": NODES, "vcpus": 4096, "memory_mb": 2_000_000, "disk_gb": 4096}
    driver = backend.driver("here", options)
    nodes = _fill(backend, driver)
    for number in range(0, COUNT, 10):
        driver.power(_operation(number).at("off"), _id(number), PowerTarget.OFF, 0)
    for number in range(1, COUNT, 100):
        driver.destroy(_operation(number).at("destroy"), _id(number))

    guests = driver.list_guests()
    left = set(range(COUNT)) - set(range(1, COUNT, 100))
    assert {guest.server_id for guest in guests} == {_id(number) for number in left}
    assert len(guests) == len(left)
    assert Counter(guest.node for guest in guests) == Counter(nodes[number % NODES] for number in left)
    assert Counter(guest.power for guest in guests) == {
        PowerState.RUNNING: len(left) - COUNT // 10,
        PowerState.SHUTDOWN: COUNT // 10,
    }
    size = {VCPU: Resource(total=4096), MEMORY_MB: Resource(total=2_000_000), DISK_GB: Resource(total=4096)}
    assert {node.name: node.resources for node in driver.inventory()} == dict.fromkeys(nodes, size)


def test_room_is_taken_and_given_back() -> None:
    """A node holds what it has room for, and after a destroy one more."""
    backend = FakeBackend()
    driver = backend.driver("here", {"memory_mb": 512 * 3})
    node = driver.inventory()[0].name
    refused = []
    for number in range(5):
        spec = GuestSpec(server_id=_id(number), name="s", flavor=backend.flavor(), image=backend.image())
        try:
            driver.spawn(_operation(number), spec, node)
        except NoRoom as error:
            refused.append((number, str(error)))
            driver.destroy(_operation(number).at("destroy"), _id(0))
    full = "The in-memory hypervisor has no room: here has 0 memory_mb left, 512 are needed"
    assert refused == [(3, full)]
    assert {guest.server_id for guest in driver.list_guests()} == {_id(1), _id(2), _id(4)}
