"""Facts about hosts: one agent may speak for several nodes (Ironic's machines, the clusters of a vCenter)."""

from collections.abc import Mapping

import msgspec

from nova.domain.errors import InvalidValue
from nova.domain.ids import require_name, require_range, require_resource_or_trait

VCPU = "VCPU"
MEMORY_MB = "MEMORY_MB"
DISK_GB = "DISK_GB"


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a resource class a node has, in the class's own unit (VCPU: threads, MEMORY_MB: MiB, DISK_GB: GiB).

    `reserved` is for the host itself and for guests that are not ours. The ratio is the default one; an operator's
    setting goes before it. The fields are those of a Placement inventory.
    """

    total: int
    reserved: int = 0
    min_unit: int = 1
    max_unit: int | None = None
    step_size: int = 1
    allocation_ratio: float = 1.0

    def __post_init__(self) -> None:
        require_range("resource total", self.total, 0)
        require_range("resource reserved", self.reserved, 0)
        require_range("resource min_unit", self.min_unit, 1)
        require_range("resource step_size", self.step_size, 1)
        if not self.allocation_ratio > 0:
            raise InvalidValue("allocation_ratio", self.allocation_ratio, "more than 0")

    @property
    def capacity(self) -> int:
        """What may be handed out: (total - reserved) * allocation_ratio."""
        return max(0, int((self.total - self.reserved) * self.allocation_ratio))


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A place where servers run.

    `name` is unique among all hosts and stays the same across restarts. A node that is not `available` (maintenance,
    cleaning) gets no new servers; those it has stay. `version` is a number that grows (2011001 for 2.11.1), `cpu_info`
    and `uptime` are shown as they are, `uptime` in the form that uptime(1) prints.
    """

    name: str
    resources: Mapping[str, Resource]
    traits: frozenset[str] = frozenset()
    available: bool = True
    hypervisor: str = ""
    version: int = 0
    address: str = ""
    cpu_info: Mapping[str, object] = {}
    uptime: str = ""

    def __post_init__(self) -> None:
        require_name("node name", self.name)
        for resource in self.resources:
            require_resource_or_trait("resource class", resource)
        for trait in self.traits:
            require_resource_or_trait("trait", trait)


class HostFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What one agent reports about its host. `problem` says why there are no facts, for people to read.

    `abilities` are the optional ones that the driver declares, by the names of driverapi's facets.
    """

    host: str
    driver: str
    abilities: frozenset[str] = frozenset()
    driver_version: str = ""
    backend: str = ""
    nodes: tuple[Node, ...] = ()
    problem: str = ""
