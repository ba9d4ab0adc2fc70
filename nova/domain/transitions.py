"""The one table of what may be done to a server in which state, and what it becomes.

The API asks it before it accepts an action (409 otherwise), the conductor when it begins and ends an operation. The
rows follow upstream's `check_instance_state` decorators (nova/compute/api.py of openstack/nova).
"""

import enum
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from nova.domain.errors import StateConflict
from nova.domain.states import EXPECTED_POWER, PowerState, TaskState, VmState


class Action(enum.StrEnum):
    """What can be asked of a server."""

    CREATE = "create"
    START = "start"
    STOP = "stop"
    REBOOT = "reboot"
    REBOOT_HARD = "reboot-hard"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    SUSPEND = "suspend"
    RESUME = "resume"
    REBUILD = "rebuild"
    RESIZE = "resize"
    CONFIRM_RESIZE = "confirm-resize"
    REVERT_RESIZE = "revert-resize"
    RESCUE = "rescue"
    UNRESCUE = "unrescue"
    SNAPSHOT = "snapshot"
    MIGRATE = "migrate"
    CONFIRM_MIGRATE = "confirm-migrate"
    REVERT_MIGRATE = "revert-migrate"
    LIVE_MIGRATE = "live-migrate"
    ATTACH_VOLUME = "attach-volume"
    DETACH_VOLUME = "detach-volume"
    ATTACH_INTERFACE = "attach-interface"
    DETACH_INTERFACE = "detach-interface"
    SET_PASSWORD = "set-password"  # noqa: S105  an action's name
    CRASH_DUMP = "crash-dump"
    DELETE = "delete"


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """A server's states together. `previous` is the vm state to which a confirmed or reverted resize returns."""

    vm: VmState = VmState.BUILDING
    task: TaskState = TaskState.NONE
    power: PowerState = PowerState.NOSTATE
    previous: VmState | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One row.

    `task` is shown while the action is under way; `moves` maps each vm state that allows the action to the one that
    follows when it succeeds; `interrupts` are the tasks that it may overtake (an idle server always will do);
    `remembers` keeps the vm state as `previous`, `restores` returns to that one; `failure` is the vm state after a
    failure, None where the guest is as it was before.
    """

    task: TaskState
    moves: Mapping[VmState, VmState]
    interrupts: frozenset[TaskState] = frozenset()
    remembers: bool = False
    restores: bool = False
    failure: VmState | None = None


_S = VmState
_T = TaskState
_ALL = frozenset(state for state in VmState if state is not VmState.DELETED)
_DISKS = (_S.ACTIVE, _S.PAUSED, _S.STOPPED, _S.RESIZED)
_PORTS = (_S.ACTIVE, _S.PAUSED, _S.STOPPED)
_IMAGED = (_S.ACTIVE, _S.STOPPED, _S.PAUSED, _S.SUSPENDED)
# What upstream's ALLOW_REBOOT lets a hard reboot overtake, for a guest that hangs in it.
_HANGS = frozenset({_T.REBOOTING, _T.REBOOTING_HARD, _T.RESUMING, _T.UNPAUSING, _T.PAUSING, _T.SUSPENDING})


def _stay(*states: VmState) -> Mapping[VmState, VmState]:
    return MappingProxyType({state: state for state in states})


def _to(target: VmState, *states: VmState) -> Mapping[VmState, VmState]:
    return MappingProxyType(dict.fromkeys(states, target))


_RESIZE = Rule(task=_T.RESIZE_PREP, moves=_to(_S.RESIZED, _S.ACTIVE, _S.STOPPED), remembers=True, failure=_S.ERROR)
_CONFIRM = Rule(task=_T.RESIZE_CONFIRMING, moves=_stay(_S.RESIZED), restores=True, failure=_S.ERROR)
_REVERT = Rule(task=_T.RESIZE_REVERTING, moves=_stay(_S.RESIZED), restores=True, failure=_S.ERROR)

RULES: Mapping[Action, Rule] = MappingProxyType(
    {
        Action.CREATE: Rule(task=_T.SPAWNING, moves=_to(_S.ACTIVE, _S.BUILDING), failure=_S.ERROR),
        Action.START: Rule(task=_T.POWERING_ON, moves=_to(_S.ACTIVE, _S.STOPPED)),
        Action.STOP: Rule(task=_T.POWERING_OFF, moves=_to(_S.STOPPED, _S.ACTIVE, _S.ERROR)),
        Action.REBOOT: Rule(task=_T.REBOOTING, moves=_stay(_S.ACTIVE)),
        Action.REBOOT_HARD: Rule(
            task=_T.REBOOTING_HARD,
            moves=_to(_S.ACTIVE, _S.ACTIVE, _S.STOPPED, _S.PAUSED, _S.SUSPENDED, _S.ERROR),
            interrupts=_HANGS,
            failure=_S.ERROR,
        ),
        Action.PAUSE: Rule(task=_T.PAUSING, moves=_to(_S.PAUSED, _S.ACTIVE)),
        Action.UNPAUSE: Rule(task=_T.UNPAUSING, moves=_to(_S.ACTIVE, _S.PAUSED)),
        Action.SUSPEND: Rule(task=_T.SUSPENDING, moves=_to(_S.SUSPENDED, _S.ACTIVE)),
        Action.RESUME: Rule(task=_T.RESUMING, moves=_to(_S.ACTIVE, _S.SUSPENDED)),
        Action.REBUILD: Rule(
            task=_T.REBUILDING,
            moves={_S.ACTIVE: _S.ACTIVE, _S.STOPPED: _S.STOPPED, _S.ERROR: _S.ACTIVE},
            failure=_S.ERROR,
        ),
        Action.RESIZE: _RESIZE,
        Action.CONFIRM_RESIZE: _CONFIRM,
        Action.REVERT_RESIZE: _REVERT,
        Action.RESCUE: Rule(task=_T.RESCUING, moves=_to(_S.RESCUED, _S.ACTIVE, _S.STOPPED, _S.ERROR)),
        Action.UNRESCUE: Rule(task=_T.UNRESCUING, moves=_to(_S.ACTIVE, _S.RESCUED)),
        Action.SNAPSHOT: Rule(task=_T.IMAGE_SNAPSHOT, moves=_stay(*_IMAGED)),
        Action.MIGRATE: _RESIZE,
        Action.CONFIRM_MIGRATE: _CONFIRM,
        Action.REVERT_MIGRATE: _REVERT,
        Action.LIVE_MIGRATE: Rule(task=_T.MIGRATING, moves=_stay(_S.ACTIVE, _S.PAUSED)),
        Action.ATTACH_VOLUME: Rule(task=_T.ATTACHING, moves=_stay(*_DISKS)),
        Action.DETACH_VOLUME: Rule(task=_T.DETACHING, moves=_stay(*_DISKS)),
        Action.ATTACH_INTERFACE: Rule(task=_T.ATTACHING, moves=_stay(*_PORTS)),
        Action.DETACH_INTERFACE: Rule(task=_T.DETACHING, moves=_stay(*_PORTS)),
        Action.SET_PASSWORD: Rule(task=_T.UPDATING_PASSWORD, moves=_stay(_S.ACTIVE)),
        Action.CRASH_DUMP: Rule(
            task=_T.CRASH_DUMPING, moves=_stay(_S.ACTIVE, _S.PAUSED, _S.RESCUED, _S.RESIZED, _S.ERROR)
        ),
        Action.DELETE: Rule(
            task=_T.DELETING, moves=_to(_S.DELETED, *_ALL), interrupts=frozenset(TaskState), failure=_S.ERROR
        ),
    }
)


def allowed(status: Status) -> frozenset[Action]:
    """The actions that a server in this status would accept."""
    return frozenset(action for action, rule in RULES.items() if _conflict(status, action, rule) is None)


def begin(status: Status, action: Action) -> Status:
    """The status while the action is under way. Raises StateConflict, which names the state that is in the way."""
    rule = RULES[action]
    conflict = _conflict(status, action, rule)
    if conflict is not None:
        raise conflict
    return msgspec.structs.replace(status, task=rule.task, previous=status.vm if rule.remembers else status.previous)


def succeed(status: Status, action: Action, power: PowerState | None = None) -> Status:
    """The status after the action succeeded, with the power state that the hypervisor reported (None: as expected)."""
    rule = RULES[action]
    if status.task is not rule.task:
        raise StateConflict(f"finish to {action}", "task", status.task, [rule.task])
    vm = rule.moves[status.vm]
    previous = status.previous
    if rule.restores:
        vm, previous = previous or VmState.ACTIVE, None
    expected = EXPECTED_POWER.get(vm, PowerState.NOSTATE)
    return Status(vm=vm, power=expected if power is None else power, previous=previous)


def fail(status: Status, action: Action, *, harmless: bool = False) -> Status:
    """The status after the action failed. `harmless`: it was refused before anything was changed."""
    rule = RULES[action]
    if status.task is not rule.task:
        raise StateConflict(f"finish to {action}", "task", status.task, [rule.task])
    building = status.vm is VmState.BUILDING
    vm = rule.failure if rule.failure is not None and (building or not harmless) else status.vm
    previous = None if rule.remembers else status.previous
    return msgspec.structs.replace(status, vm=vm, task=TaskState.NONE, previous=previous)


def _conflict(status: Status, action: Action, rule: Rule) -> StateConflict | None:
    if status.vm not in rule.moves:
        return StateConflict(action, "vm state", status.vm, list(rule.moves))
    if status.task is not TaskState.NONE and status.task not in rule.interrupts:
        return StateConflict(action, "task", status.task, [TaskState.NONE, *rule.interrupts])
    return None
