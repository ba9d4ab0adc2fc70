"""A server as it should be (GuestSpec) and as a hypervisor has it (Guest)."""

from collections.abc import Mapping

import msgspec

from nova.domain.devices import Interface, Volume
from nova.domain.flavors import Flavor
from nova.domain.ids import ServerId, require_canonical_uuid, require_name, require_range
from nova.domain.images import ImageRef
from nova.domain.states import PowerState

USER_DATA_LIMIT = 65535
"""Bytes of user data in its base64 form (the Compute API's own limit)."""


class CloudData(msgspec.Struct, frozen=True, kw_only=True):
    """What a guest's first boot reads (cloud-init) from a config drive or its like. `user_data` is not encoded."""

    hostname: str = ""
    user_data: bytes = b""
    public_keys: Mapping[str, str] = {}
    metadata: Mapping[str, str] = {}
    files: Mapping[str, bytes] = {}
    availability_zone: str = ""
    admin_password: str = ""

    def __post_init__(self) -> None:
        require_range("user data length", -(-len(self.user_data) // 3) * 4, 0, USER_DATA_LIMIT)


class GuestSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a driver needs to make a guest. `image` is None when the server boots from a volume."""

    server_id: ServerId
    name: str
    flavor: Flavor
    image: ImageRef | None = None
    volumes: tuple[Volume, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    cloud: CloudData = CloudData()
    config_drive: bool = False
    project_id: str = ""
    user_id: str = ""
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_canonical_uuid("server id", self.server_id)
        require_name("server name", self.name)


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """What a hypervisor has for one of our servers.

    A guest that a crash left half-made has power NOSTATE. `resized` is true until a resize is confirmed or reverted,
    `rescued` while a rescue system runs. `volumes` and `interfaces` are attachment ids and port ids.
    """

    server_id: ServerId
    node: str
    power: PowerState
    vcpus: int = 0
    memory_mb: int = 0
    rescued: bool = False
    resized: bool = False
    volumes: frozenset[str] = frozenset()
    interfaces: frozenset[str] = frozenset()
