"""References to images: what a server boots from, and what a snapshot becomes."""

from collections.abc import Mapping

import msgspec

from nova.domain.ids import require_canonical_uuid, require_range


class ImageRef(msgspec.Struct, frozen=True, kw_only=True):
    """An image in the image service.

    `size` in bytes (None: unknown), `min_disk_gb` in GiB, `min_memory_mb` in MiB, `hash_hex` by `hash_algorithm`
    (Image API: os_hash_value, os_hash_algo). `properties` holds hints such as kernel_id, ramdisk_id and hw_disk_bus.
    """

    id: str
    name: str = ""
    disk_format: str = "raw"
    container_format: str = "bare"
    size: int | None = None
    min_disk_gb: int = 0
    min_memory_mb: int = 0
    hash_algorithm: str = "sha512"
    hash_hex: str = ""
    properties: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        require_canonical_uuid("image id", self.id)
        require_range("image size", self.size or 0, 0)


class ImageTarget(msgspec.Struct, frozen=True, kw_only=True):
    """An image that exists in the image service without data, for a snapshot to fill."""

    id: str
    name: str
    properties: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        require_canonical_uuid("image id", self.id)
