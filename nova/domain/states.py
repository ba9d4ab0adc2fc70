"""The states of a server, by the names that the Compute API shows."""

import enum


class VmState(enum.StrEnum):
    """What a server is when nothing is under way: the state that its user last asked for."""

    BUILDING = "building"
    ACTIVE = "active"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    RESCUED = "rescued"
    RESIZED = "resized"
    ERROR = "error"
    DELETED = "deleted"


class TaskState(enum.StrEnum):
    """What is being done to a server; NONE while nothing is."""

    NONE = "none"
    SPAWNING = "spawning"
    POWERING_ON = "powering-on"
    POWERING_OFF = "powering-off"
    REBOOTING = "rebooting"
    REBOOTING_HARD = "rebooting_hard"
    PAUSING = "pausing"
    UNPAUSING = "unpausing"
    SUSPENDING = "suspending"
    RESUMING = "resuming"
    REBUILDING = "rebuilding"
    RESIZE_PREP = "resize_prep"
    RESIZE_CONFIRMING = "resize_confirming"
    RESIZE_REVERTING = "resize_reverting"
    RESCUING = "rescuing"
    UNRESCUING = "unrescuing"
    IMAGE_SNAPSHOT = "image_snapshot"
    MIGRATING = "migrating"
    UPDATING_PASSWORD = "updating_password"  # noqa: S105  a state's name
    CRASH_DUMPING = "crash_dumping"
    ATTACHING = "attaching"
    DETACHING = "detaching"
    DELETING = "deleting"


class PowerState(enum.IntEnum):
    """What the hypervisor says of a guest, by the numbers that the Compute API shows (upstream's power_state.py)."""

    NOSTATE = 0
    RUNNING = 1
    PAUSED = 3
    SHUTDOWN = 4
    CRASHED = 6
    SUSPENDED = 7


EXPECTED_POWER: dict[VmState, PowerState] = {
    VmState.ACTIVE: PowerState.RUNNING,
    VmState.PAUSED: PowerState.PAUSED,
    VmState.SUSPENDED: PowerState.SUSPENDED,
    VmState.STOPPED: PowerState.SHUTDOWN,
    VmState.RESCUED: PowerState.RUNNING,
    VmState.RESIZED: PowerState.RUNNING,
}
"""The power state that a settled server's guest should have; absent where there is no telling."""
