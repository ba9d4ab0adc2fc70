"""What a compute host can be told to do to one server.

A task is the part of an action that one host does: most actions are one task; a migration is several, on two hosts.
"""

from collections.abc import Mapping

import msgspec

from nova.domain.devices import Interface, Volume
from nova.domain.images import ImageRef, ImageTarget


class MigrationTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What the destination of a migration tells the source. Only the two drivers understand `data`."""

    host: str
    node: str
    data: Mapping[str, object] = {}


class _Task(msgspec.Struct, frozen=True, kw_only=True, tag_field="task"):
    """Only the task's own arguments stand here; the server as it should be after it, and its node, are the Order's."""

    @property
    def name(self) -> str:
        """The task's tag, such as `power-off`."""
        return str(self.__struct_config__.tag)


class Spawn(_Task, frozen=True, tag="spawn"):
    """Make the guest and start it."""


class PowerOn(_Task, frozen=True, tag="power-on"):
    """Start a guest that is shut down."""


class PowerOff(_Task, frozen=True, tag="power-off"):
    """Shut down; after `grace` seconds by force, at once when it is 0."""

    grace: int = 60


class Reboot(_Task, frozen=True, tag="reboot"):
    """Restart; `hard` does not ask the guest, and brings back one that is off."""

    hard: bool = False


class Pause(_Task, frozen=True, tag="pause"):
    """Stop the guest's processors, its memory stays."""


class Unpause(_Task, frozen=True, tag="unpause"):
    """Let them run again."""


class Suspend(_Task, frozen=True, tag="suspend"):
    """Save the guest's memory to disk and stop it."""


class Resume(_Task, frozen=True, tag="resume"):
    """Go on from saved memory."""


class Rebuild(_Task, frozen=True, tag="rebuild"):
    """Start afresh from the order's image, with the same volumes and interfaces; `stopped`: and stay off."""

    stopped: bool = False


class Resize(_Task, frozen=True, tag="resize"):
    """Give the guest the order's flavor (and node, where one agent has several); the old one can be had back."""


class ConfirmResize(_Task, frozen=True, tag="confirm-resize"):
    """Give up the way back."""


class RevertResize(_Task, frozen=True, tag="revert-resize"):
    """Go back to the flavor (and node) of before: the order names that flavor."""


class Rescue(_Task, frozen=True, tag="rescue"):
    """Boot a rescue system (`image`, None: the server's own) with the server's disk beside it."""

    image: ImageRef | None = None
    password: str = ""


class Unrescue(_Task, frozen=True, tag="unrescue"):
    """Boot from the server's own disk again."""


class Snapshot(_Task, frozen=True, tag="snapshot"):
    """Fill an image with the server's root disk."""

    target: ImageTarget


class AttachVolume(_Task, frozen=True, tag="attach-volume"):
    """Plug a volume in."""

    volume: Volume


class DetachVolume(_Task, frozen=True, tag="detach-volume"):
    """Unplug a volume."""

    volume: Volume


class AttachInterface(_Task, frozen=True, tag="attach-interface"):
    """Plug an interface in."""

    interface: Interface


class DetachInterface(_Task, frozen=True, tag="detach-interface"):
    """Unplug an interface."""

    interface: Interface


class SetPassword(_Task, frozen=True, tag="set-password"):
    """Set the administrator's password inside the guest."""

    password: str


class CrashDump(_Task, frozen=True, tag="crash-dump"):
    """Make the guest's kernel dump its memory."""


class PrepareMove(_Task, frozen=True, tag="prepare-move"):
    """At the destination of a cold migration: make room, and answer with a ticket."""


class SendGuest(_Task, frozen=True, tag="send"):
    """At the source: stop the guest and ship its disks; the source keeps a copy."""

    ticket: MigrationTicket


class ReceiveGuest(_Task, frozen=True, tag="receive"):
    """At the destination: start the guest from what was shipped."""

    ticket: MigrationTicket


class ConfirmMove(_Task, frozen=True, tag="confirm-move"):
    """At the source: remove the copy that was kept."""


class RevertMove(_Task, frozen=True, tag="revert-move"):
    """At the source, after the destination destroyed its guest: start the copy that was kept."""


class PrepareLive(_Task, frozen=True, tag="prepare-live"):
    """At the destination of a live migration: make room, and answer with a ticket."""


class MigrateLive(_Task, frozen=True, tag="migrate-live"):
    """At the source: move the running guest; none is left there when it is done."""

    ticket: MigrationTicket


class FinishLive(_Task, frozen=True, tag="finish-live"):
    """At the destination: own the guest that has arrived."""


class RollBackLive(_Task, frozen=True, tag="roll-back-live"):
    """At the destination: remove what was prepared for a guest that never came."""


class Destroy(_Task, frozen=True, tag="destroy"):
    """Remove the guest and its local disks; volumes and ports are the control plane's."""


Task = (
    Spawn | PowerOn | PowerOff | Reboot | Pause | Unpause | Suspend | Resume | Rebuild
    | Resize | ConfirmResize | RevertResize | Rescue | Unrescue | Snapshot
    | AttachVolume | DetachVolume | AttachInterface | DetachInterface | SetPassword | CrashDump
    | PrepareMove | SendGuest | ReceiveGuest | ConfirmMove | RevertMove
    | PrepareLive | MigrateLive | FinishLive | RollBackLive | Destroy
)  # fmt: skip
"""Any task; a JSON document of one says which in its `task` key."""
