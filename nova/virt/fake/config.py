"""The options of `[driver.fake]`."""

from typing import Annotated

import msgspec

from nova.virt.fake.faults import Fault


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How big the pretended host is, and what goes wrong on it."""

    nodes: Annotated[int, msgspec.Meta(ge=1, le=10_000, description="How many nodes the host has.")] = 1
    vcpus: Annotated[int, msgspec.Meta(ge=1, description="Virtual processors of each node.")] = 1024
    memory_mb: Annotated[int, msgspec.Meta(ge=1, description="Memory of each node in MiB.")] = 4 * 1024 * 1024
    disk_gb: Annotated[int, msgspec.Meta(ge=1, description="Disk of each node in GiB.")] = 1024 * 1024
    faults: Annotated[tuple[Fault, ...], msgspec.Meta(description="What shall go wrong: see the README.")] = ()
