"""An image service in memory."""

import hashlib
import threading
from collections.abc import Iterable, Iterator
from uuid import uuid4

from msgspec.structs import replace

from nova.domain.images import ImageRef, ImageTarget
from nova.driverapi.errors import ImageUnusable

CHUNK = 64 * 1024


class MemoryImages:
    """Implements driverapi's ImageStore. Safe for threads."""

    def __init__(self) -> None:
        self._images: dict[str, tuple[ImageRef, bytes]] = {}
        self._lock = threading.Lock()

    def add(self, data: bytes, disk_format: str = "raw", *, promised: int | None = None) -> ImageRef:
        """A new image. `promised`: the size that its record claims, for an image that is truncated."""
        image = _record(str(uuid4()), "image", disk_format, data)
        image = image if promised is None else replace(image, size=promised)
        with self._lock:
            self._images[image.id] = (image, data)
        return image

    def describe(self, image_id: str) -> ImageRef:
        """The record. Raises ImageUnusable if there is none."""
        return self._get(image_id)[0]

    def data(self, image_id: str) -> bytes:
        """All of its data."""
        return self._get(image_id)[1]

    def read(self, image_id: str) -> Iterator[bytes]:
        """The data in chunks. Raises ImageUnusable before the end when it is not what the record promises."""
        image, data = self._get(image_id)
        for start in range(0, len(data), CHUNK):
            yield data[start : start + CHUNK]
        if image.size != len(data):
            raise ImageUnusable(f"Image {image_id} has {len(data)} bytes in place of {image.size}: upload it again.")

    def location(self, image_id: str) -> str:
        """Nothing can fetch it by itself."""
        self._get(image_id)
        return ""

    def write(self, target: ImageTarget, disk_format: str, chunks: Iterable[bytes]) -> ImageRef:
        """Fill the image."""
        data = b"".join(chunks)
        image = replace(_record(target.id, target.name, disk_format, data), properties=dict(target.properties))
        with self._lock:
            self._images[target.id] = (image, data)
        return image

    def _get(self, image_id: str) -> tuple[ImageRef, bytes]:
        with self._lock:
            if image_id not in self._images:
                raise ImageUnusable(f"There is no image {image_id}.")
            return self._images[image_id]


def _record(image_id: str, name: str, disk_format: str, data: bytes) -> ImageRef:
    digest = hashlib.sha512(data).hexdigest()
    return ImageRef(id=image_id, name=name, disk_format=disk_format, size=len(data), hash_hex=digest)
