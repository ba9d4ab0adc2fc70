"""What is plugged into a server: network interfaces and volumes."""

import ipaddress
import re
from collections.abc import Mapping

import msgspec

from nova.domain.errors import InvalidValue
from nova.domain.ids import require_canonical_uuid, require_range

_MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")


class FixedIp(msgspec.Struct, frozen=True, kw_only=True):
    """An address of an interface, with its prefix length, and its subnet's gateway and name servers."""

    address: str
    prefix: int
    gateway: str = ""
    dns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        try:
            ipaddress.ip_interface(f"{self.address}/{self.prefix}")
        except ValueError:
            raise InvalidValue("fixed address", f"{self.address}/{self.prefix}", "an IP address and prefix") from None


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """A port of a network, as the network service bound it.

    `vif_type` and `details` are the binding's (bridge, ovs, ...; Neutron's binding:vif_type and vif_details).
    """

    port_id: str
    network_id: str
    mac: str
    mtu: int = 1500
    fixed_ips: tuple[FixedIp, ...] = ()
    vif_type: str = "bridge"
    details: Mapping[str, object] = {}
    tag: str = ""

    def __post_init__(self) -> None:
        require_canonical_uuid("port id", self.port_id)
        require_canonical_uuid("network id", self.network_id)
        require_range("mtu", self.mtu, 68, 65535)
        if not _MAC.fullmatch(self.mac):
            raise InvalidValue("mac", self.mac, "six pairs of lower-case hexadecimal digits with colons")


class Volume(msgspec.Struct, frozen=True, kw_only=True):
    """A volume as it is attached to one server.

    `connection` is what the volume service returned for this host's connector (Cinder's connection_info), or
    `{"driver_volume_type": "local", "data": {"path": ...}}`. `boot_index` 0 boots, None never does. `size_gb` in GiB.
    """

    attachment_id: str
    volume_id: str
    connection: Mapping[str, object]
    size_gb: int = 0
    boot_index: int | None = None
    device: str = ""
    bus: str = ""
    read_only: bool = False
    tag: str = ""

    def __post_init__(self) -> None:
        require_canonical_uuid("attachment id", self.attachment_id)
        require_canonical_uuid("volume id", self.volume_id)
        require_range("volume size_gb", self.size_gb, 0)
