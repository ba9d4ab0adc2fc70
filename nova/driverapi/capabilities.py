"""What a driver declares that it can do."""

import msgspec


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """Declared abilities; whatever a driver does not name is not supported.

    The first block has one field per facet, of the facet's name: the conformance suite fails where the declaration and
    `ComputeDriver.facet` differ. The second block refines the core methods. They follow from the driver's options
    alone, so they can be read while the backend is down.
    """

    pause: bool = False
    suspend: bool = False
    snapshot: bool = False
    rebuild: bool = False
    resize: bool = False
    rescue: bool = False
    cold_migration: bool = False
    live_migration: bool = False
    volume_attach: bool = False
    interface_attach: bool = False
    console_output: bool = False
    remote_console: bool = False
    diagnostics: bool = False
    admin_password: bool = False
    crash_dump: bool = False
    image_cache: bool = False
    guest_events: bool = False

    soft_reboot: bool = False
    soft_power_off: bool = False
    boot_from_volume: bool = False
    config_drive: bool = False
    image_formats: frozenset[str] = frozenset()
    console_protocols: frozenset[str] = frozenset()

    def declares(self, facet_name: str) -> bool:
        """Whether the facet of this name is declared."""
        return bool(getattr(self, facet_name))
