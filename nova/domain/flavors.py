"""Flavors: how big a server is."""

from collections.abc import Mapping

import msgspec

from nova.domain.ids import require_name, require_range


class Flavor(msgspec.Struct, frozen=True, kw_only=True):
    """The size of a server, as it was when the server was created or last resized.

    `memory_mb` and `swap_mb` in MiB, `root_gb` and `ephemeral_gb` in GiB; a `root_gb` of 0 means the image's own size.
    """

    id: str
    name: str
    vcpus: int
    memory_mb: int
    root_gb: int = 0
    ephemeral_gb: int = 0
    swap_mb: int = 0
    extra_specs: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        require_name("flavor id", self.id)
        require_name("flavor name", self.name)
        require_range("flavor vcpus", self.vcpus, 1)
        require_range("flavor memory_mb", self.memory_mb, 1)
        for field in ("root_gb", "ephemeral_gb", "swap_mb"):
            require_range(f"flavor {field}", getattr(self, field), 0)

    @property
    def disk_gb(self) -> int:
        """All local disk, in GiB; swap counts in full GiB, as Placement's DISK_GB does."""
        return self.root_gb + self.ephemeral_gb + -(-self.swap_mb // 1024)
