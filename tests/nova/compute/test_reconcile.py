"""What the hypervisor runs against what it should run: a table."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from nova.compute.ports import ControlUnreachable
from nova.compute.reconcile import Policy
from nova.domain import tasks
from nova.domain.assignments import Assignment, Drift, DriftKind, Fate, Remedy
from nova.domain.servers import GuestSpec
from nova.domain.states import PowerState, TaskState, VmState
from nova.domain.transitions import Status
from tests.nova.compute.world import World

_RUNNING, _OFF = PowerState.RUNNING, PowerState.SHUTDOWN
DEFAULT = Policy()


class Row(NamedTuple):
    """The control plane's status (None: not assigned here), its word on the guest's fate, what the hypervisor has,
    and what comes of it: kind, remedy, and the guest's power afterwards."""

    name: str
    status: Status | None
    guest: PowerState | None
    kind: DriftKind | None
    remedy: Remedy = Remedy.NONE
    after: PowerState | None = None
    fate: Fate | None = None
    policy: Policy = DEFAULT


ROWS = (
    Row("as it should be", Status(vm=VmState.ACTIVE), _RUNNING, None, after=_RUNNING),
    Row("paused as it should be", Status(vm=VmState.PAUSED), PowerState.PAUSED, None, after=PowerState.PAUSED),
    Row("died", Status(vm=VmState.ACTIVE), _OFF, DriftKind.POWER, after=_OFF),
    Row(
        "died, to be restarted",
        Status(vm=VmState.ACTIVE),
        _OFF,
        DriftKind.POWER,
        Remedy.POWERED_ON,
        _RUNNING,
        policy=Policy(start_active=True),
    ),
    Row("started by someone", Status(vm=VmState.STOPPED), _RUNNING, DriftKind.POWER, Remedy.POWERED_OFF, _OFF),
    Row(
        "started by someone, and left",
        Status(vm=VmState.STOPPED),
        _RUNNING,
        DriftKind.POWER,
        after=_RUNNING,
        policy=Policy(stop_stopped=False),
    ),
    Row("paused by someone", Status(vm=VmState.ACTIVE), PowerState.PAUSED, DriftKind.POWER, after=PowerState.PAUSED),
    Row("resized while off", Status(vm=VmState.RESIZED, previous=VmState.STOPPED), _OFF, None, after=_OFF),
    Row("an operation is under way", Status(vm=VmState.ACTIVE, task=TaskState.POWERING_OFF), _OFF, None, after=_OFF),
    Row("in error", Status(vm=VmState.ERROR), _OFF, None, after=_OFF),
    Row("in error, without a guest", Status(vm=VmState.ERROR), None, None),
    Row("being built", Status(task=TaskState.SPAWNING), None, None),
    Row("lost", Status(vm=VmState.ACTIVE), None, DriftKind.MISSING),
    Row("deleted meanwhile", Status(vm=VmState.ACTIVE), None, None, fate=Fate.GONE),
    Row(
        "deleted meanwhile, with its guest there",
        Status(vm=VmState.STOPPED),
        _RUNNING,
        DriftKind.ORPHAN,
        Remedy.REMOVED,
        None,
        Fate.GONE,
    ),
    Row("deleted while we were away", None, _RUNNING, DriftKind.ORPHAN, Remedy.REMOVED, None, Fate.GONE),
    Row("nobody knows it", None, _RUNNING, DriftKind.ORPHAN, Remedy.NONE, _RUNNING, Fate.UNKNOWN),
    Row("kept for a migration", None, _OFF, None, after=_OFF, fate=Fate.KEPT),
    Row("assigned meanwhile", None, _RUNNING, None, after=_RUNNING, fate=Fate.HERE),
)

_REACH: dict[PowerState | None, tuple[tasks.Task, ...]] = {
    None: (),
    _RUNNING: (tasks.Spawn(),),
    _OFF: (tasks.Spawn(), tasks.PowerOff()),
    PowerState.PAUSED: (tasks.Spawn(), tasks.Pause()),
}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def _assign(world: World, spec: GuestSpec, status: Status) -> None:
    world.control.assigned[spec.server_id] = Assignment(server_id=spec.server_id, node=world.host, status=status)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(world: World, row: Row) -> None:
    """One server, and a neighbour that is as it should be."""
    spec, neighbour = world.spec(), world.spec()
    for task in _REACH[row.guest]:
        world.do(spec, task)
    world.do(neighbour, tasks.Spawn())
    _assign(world, neighbour, Status(vm=VmState.ACTIVE))
    if row.status is not None:
        _assign(world, spec, row.status)
    if row.fate is not None:
        world.control.fates[spec.server_id] = row.fate
        world.control.deleted_meanwhile |= {spec.server_id} if row.fate is Fate.GONE else set()
    drifts = world.start(policy=row.policy).reconcile()
    assert [(drift.kind, drift.server_id, drift.remedy, drift.power) for drift in drifts] == (
        [] if row.kind is None else [(row.kind, spec.server_id, row.remedy, row.guest)]
    )
    assert world.control.drift_reports == [drifts]
    assert world.power(spec) is row.after
    assert world.power(neighbour) is _RUNNING
    assert world.start(policy=row.policy).reconcile() == (drifts if row.remedy is Remedy.NONE else ())


def test_a_remedy_that_fails_is_reported(world: World) -> None:
    """With the driver's sentence, and the others are looked at all the same."""
    first, second = world.spec(), world.spec()
    for spec in (first, second):
        world.do(spec, tasks.Spawn())
        _assign(world, spec, Status(vm=VmState.STOPPED))
    drifts = world.start([{"at": "driver.power", "error": "failed"}]).reconcile()
    assert [(drift.remedy, drift.message) for drift in drifts] == [
        (Remedy.FAILED, "The in-memory hypervisor was told to fail before driver.power."),
        (Remedy.POWERED_OFF, ""),
    ]


def test_half_made_guest_of_a_crash_is_seen(world: World) -> None:
    """Between a crash and the order's second run the guest is not taken for a difference; afterwards it is right."""
    spec = world.spec()
    world.start([{"at": "hypervisor.start", "error": "crash"}])
    world.order(spec, tasks.Spawn())
    _assign(world, spec, Status(task=TaskState.SPAWNING))
    with pytest.raises(SystemExit):
        world.agent.work()
    world.start()
    assert world.power(spec) is PowerState.NOSTATE
    assert world.agent.reconcile() == ()
    world.agent.work()
    assert world.power(spec) is _RUNNING


def test_no_control_plane_no_change(world: World) -> None:
    """An agent that cannot ask touches nothing."""
    spec = world.spec()
    world.do(spec, tasks.Spawn())
    world.control.reachable = False
    with pytest.raises(ControlUnreachable):
        world.agent.reconcile()
    assert world.power(spec) is _RUNNING


def test_drift_says_what_was_expected(world: World) -> None:
    """For people to read."""
    spec = world.spec()
    world.do(spec, tasks.Spawn())
    world.do(spec, tasks.PowerOff())
    _assign(world, spec, Status(vm=VmState.ACTIVE))
    assert world.agent.reconcile() == (
        Drift(kind=DriftKind.POWER, server_id=spec.server_id, power=_OFF, expected=_RUNNING),
    )
