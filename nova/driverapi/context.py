"""What a driver is given when it is made."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

import msgspec

from nova.domain.images import ImageRef, ImageTarget


class ImageStore(Protocol):
    """The image service, as a driver sees it. Its methods raise ImageUnusable or BackendUnavailable."""

    def describe(self, image_id: str) -> ImageRef:
        """The image's record."""

    def read(self, image_id: str) -> Iterator[bytes]:
        """The image's data in chunks, checked against its hash: ImageUnusable comes before the end if it differs."""

    def location(self, image_id: str) -> str:
        """A path or URL from which a backend may fetch the data by itself; empty where there is none."""

    def write(self, target: ImageTarget, disk_format: str, chunks: Iterable[bytes]) -> ImageRef:
        """Fill the image. What an earlier, interrupted attempt has written is replaced."""


class DriverContext(msgspec.Struct, frozen=True, kw_only=True):
    """What the core hands to a driver.

    `host` is the agent's name; `state_dir` a folder that is the driver's own and outlives the process; `options` the
    section `[driver.NAME]` of the configuration as it stands there, which the core has not looked at.
    """

    host: str
    state_dir: str
    images: ImageStore
    options: Mapping[str, object] = {}
