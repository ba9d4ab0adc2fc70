"""Values: their bounds, and their way through JSON."""

from collections.abc import Callable
from typing import Any, get_args
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova.domain import tasks
from nova.domain.devices import FixedIp, Interface, Volume
from nova.domain.errors import InvalidValue
from nova.domain.flavors import Flavor
from nova.domain.hosts import Node, Resource
from nova.domain.ids import operation_id, require_name, server_id
from nova.domain.images import ImageRef, ImageTarget
from nova.domain.operations import Failure, Operation, Order, Outcome, Result
from nova.domain.servers import CloudData, GuestSpec
from nova.domain.states import PowerState

ID = "5b3a6a4e-0b5c-4f0e-9c0a-3f2f6f0f9a11"
SERVER = server_id(ID)
FLAVOR = Flavor(id="1", name="small", vcpus=1, memory_mb=512)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: server_id("x"), "server id is 'x', expected a UUID"),
        (lambda: operation_id(""), "operation id is '', expected a UUID"),
        (
            lambda: GuestSpec(server_id=SERVER, name="", flavor=FLAVOR),
            "server name is '', expected 1 to 255 characters that are not all blank",
        ),
        (
            lambda: GuestSpec(server_id=SERVER, name="a\nb", flavor=FLAVOR),
            "server name is 'a\\nb', expected no control characters",
        ),
        (lambda: Flavor(id="1", name="x", vcpus=0, memory_mb=1), "flavor vcpus is 0, expected at least 1"),
        (lambda: Flavor(id="1", name="x", vcpus=1, memory_mb=0), "flavor memory_mb is 0, expected at least 1"),
        (
            lambda: Flavor(id="1", name="x", vcpus=1, memory_mb=1, root_gb=-1),
            "flavor root_gb is -1, expected at least 0",
        ),
        (
            lambda: FixedIp(address="10.0.0.1", prefix=33),
            "fixed address is '10.0.0.1/33', expected an IP address and prefix",
        ),
        (
            lambda: Interface(port_id=ID, network_id=ID, mac="AA:bb:cc:dd:ee:ff"),
            "mac is 'AA:bb:cc:dd:ee:ff', expected six pairs of lower-case hexadecimal digits with colons",
        ),
        (
            lambda: Interface(port_id=ID, network_id=ID, mac="aa:bb:cc:dd:ee:ff", mtu=1),
            "mtu is 1, expected 68 to 65535",
        ),
        (
            lambda: Volume(attachment_id="a", volume_id=ID, connection={}),
            "attachment id is 'a', expected a UUID in lower case with hyphens",
        ),
        (
            lambda: Node(name="n", resources={"vcpu": Resource(total=1)}),
            "resource class is 'vcpu', expected upper-case letters, digits and underscores, a letter first",
        ),
        (lambda: Resource(total=1, allocation_ratio=0), "allocation_ratio is 0, expected more than 0"),
        (lambda: CloudData(user_data=bytes(65536)), "user data length is 87384, expected 0 to 65535"),
    ],
)
def test_values_out_of_bounds(make: Callable[[], object], message: str) -> None:
    """The message names the field, the value and what was expected."""
    with pytest.raises(InvalidValue) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("resource", "capacity"),
    [
        (Resource(total=10), 10),
        (Resource(total=10, reserved=2), 8),
        (Resource(total=10, reserved=2, allocation_ratio=1.5), 12),
        (Resource(total=1, reserved=2), 0),
    ],
)
def test_capacity(resource: Resource, capacity: int) -> None:
    """(total - reserved) * ratio, never below zero."""
    assert resource.capacity == capacity


def test_disk_of_a_flavor() -> None:
    """Swap counts in whole GiB."""
    flavor = Flavor(id="1", name="x", vcpus=1, memory_mb=1, root_gb=10, ephemeral_gb=5, swap_mb=1025)
    assert flavor.disk_gb == 17


@given(st.text(max_size=300))
def test_names_are_accepted_or_refused(text: str) -> None:
    """Any text is a name or an InvalidValue."""
    try:
        require_name("name", text)
    except InvalidValue:
        pass
    else:
        assert text.strip()
        assert len(text) <= 255


@given(st.uuids())
def test_ids_in_any_form(number: object) -> None:
    """All forms of one UUID are one id."""
    text = str(number)
    forms = (text.upper(), text.replace("-", ""), f"{{{text}}}", f"urn:uuid:{text}")
    assert {server_id(form) for form in forms} == {text}


ARGUMENTS: dict[str, dict[str, Any]] = {
    "snapshot": {"target": ImageTarget(id=ID, name="x")},
    "attach-volume": {"volume": Volume(attachment_id=ID, volume_id=ID, connection={"a": 1})},
    "detach-volume": {"volume": Volume(attachment_id=ID, volume_id=ID, connection={})},
    "attach-interface": {"interface": Interface(port_id=ID, network_id=ID, mac="aa:bb:cc:dd:ee:ff")},
    "detach-interface": {"interface": Interface(port_id=ID, network_id=ID, mac="aa:bb:cc:dd:ee:ff")},
    "set-password": {"password": "secret"},
    "send": {"ticket": tasks.MigrationTicket(host="h", node="n")},
    "receive": {"ticket": tasks.MigrationTicket(host="h", node="n", data={"uri": "tcp://h"})},
    "migrate-live": {"ticket": tasks.MigrationTicket(host="h", node="n")},
}


@pytest.mark.parametrize("kind", get_args(tasks.Task), ids=lambda kind: str(kind.__struct_config__.tag))
def test_orders_go_through_json(kind: type[tasks.Task]) -> None:
    """Every order is the same after a way over the wire."""
    task = kind(**ARGUMENTS.get(str(kind.__struct_config__.tag), {}))
    spec = GuestSpec(
        server_id=SERVER,
        name="сервер 🚀",
        flavor=FLAVOR,
        image=ImageRef(id=ID, properties={"kernel_id": ID}),
        cloud=CloudData(user_data=b"\x00\xff", metadata={"k": "v"}),
        interfaces=(Interface(port_id=ID, network_id=ID, mac="aa:bb:cc:dd:ee:ff"),),
    )
    operation = Operation(id=operation_id(str(uuid4())), server_id=SERVER, step="s", fence=3)
    order = Order(operation=operation, server=spec, node="n", task=task, done=("a",))
    assert msgspec.json.decode(msgspec.json.encode(order), type=Order) == order
    assert order.task.name == kind.__struct_config__.tag


def test_wire_values_are_checked() -> None:
    """A value that is out of its bounds does not come in over the wire either, and the message says where it is."""
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(b'{"id": "x", "server_id": "y"}', type=Operation)
    assert str(caught.value) == "operation id is 'x', expected a UUID in lower case with hyphens"


def test_outcome_goes_through_json() -> None:
    """So does an answer."""
    operation = Operation(id=operation_id(ID), server_id=SERVER)
    outcome = Outcome(operation=operation, result=Result.FAILED, failure=Failure.NO_ROOM, message="full")
    assert msgspec.json.decode(msgspec.json.encode(outcome), type=Outcome) == outcome


def test_which_failures_are_harmless() -> None:
    """Those that come before anything is changed."""
    assert {failure for failure in Failure if failure.harmless} == {
        Failure.UNSUPPORTED,
        Failure.REFUSED,
        Failure.NO_ROOM,
        Failure.BAD_IMAGE,
        Failure.STALE,
    }


def test_power_states_have_the_apis_numbers() -> None:
    """OS-EXT-STS:power_state."""
    assert {state.name: state.value for state in PowerState} == {
        "NOSTATE": 0,
        "RUNNING": 1,
        "PAUSED": 3,
        "SHUTDOWN": 4,
        "CRASHED": 6,
        "SUSPENDED": 7,
    }
