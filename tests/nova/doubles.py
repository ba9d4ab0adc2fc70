"""What tests of the core stand on: the in-memory driver, found as the service finds it, by its manifest."""

import functools
from collections.abc import Mapping
from uuid import uuid4

import pytest

from nova.domain.flavors import Flavor
from nova.domain.ids import OperationId, ServerId
from nova.domain.images import ImageRef
from nova.domain.operations import Operation
from nova.domain.servers import GuestSpec
from nova.driverapi import registry
from nova.driverapi.context import DriverContext
from nova.driverapi.driver import ComputeDriver, DriverFactory
from nova.testing.images import MemoryImages

SMALL = Flavor(id="1", name="small", vcpus=1, memory_mb=512, root_gb=1)
BIG = Flavor(id="2", name="big", vcpus=2, memory_mb=1024, root_gb=1)


@functools.cache
def _factory() -> DriverFactory | None:
    found = registry.discover(installed=False).drivers.get("fake")
    return registry.load(found) if found else None


def in_memory_driver(host: str, images: MemoryImages, options: Mapping[str, object] | None = None) -> ComputeDriver:
    """A driver whose guests live in this process; another one for the same host finds the same guests."""
    factory = _factory()
    if factory is None:
        pytest.skip("this tree has no in-memory driver")
    return factory(DriverContext(host=host, state_dir="", images=images, options=options or {}))


def new_host() -> str:
    """A host's name that no other test has."""
    return f"host-{uuid4()}"


def new_spec(image: ImageRef) -> GuestSpec:
    """A small server."""
    return GuestSpec(server_id=ServerId(str(uuid4())), name="server", flavor=SMALL, image=image)


def new_operation(server_id: ServerId, fence: int = 0) -> Operation:
    """An operation of its own."""
    return Operation(id=OperationId(str(uuid4())), server_id=server_id, fence=fence)
