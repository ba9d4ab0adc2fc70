"""Every task that a host can be given: how to come to it, and what the host has afterwards."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import uuid4

from msgspec.structs import replace

from nova.domain import tasks
from nova.domain.images import ImageTarget
from nova.domain.servers import Guest, GuestSpec
from nova.domain.states import PowerState
from nova.testing.conformance.harness import sample_interface, sample_volume
from tests.nova.compute.world import World
from tests.nova.doubles import BIG


class Stage(NamedTuple):
    """A world in which a task is the next thing to do; `other` is the second host of a migration."""

    world: World
    spec: GuestSpec
    task: tasks.Task
    other: World | None = None

    def worlds(self) -> tuple[World, ...]:
        return (self.world, self.other) if self.other is not None else (self.world,)


class Scenario(NamedTuple):
    """`expected` are the guest's power, size in MiB, `rescued` and `resized` afterwards; None: there is no guest."""

    name: str
    stage: Callable[[], Stage]
    expected: tuple[PowerState, int, bool, bool] | None


def seen(guest: Guest | None) -> tuple[PowerState, int, bool, bool] | None:
    """A guest as Scenario.expected has it."""
    return None if guest is None else (guest.power, guest.memory_mb, guest.rescued, guest.resized)


def _after(*before: tasks.Task, then: Callable[[], tasks.Task]) -> Callable[[], Stage]:
    def stage() -> Stage:
        world = World()
        spec = world.spec()
        for task in before:
            world.do(spec, task)
        return Stage(world, spec, then())

    return stage


def _resized(then: tasks.Task | None) -> Callable[[], Stage]:
    def stage() -> Stage:
        world = World()
        small = world.spec()
        big = replace(small, flavor=BIG)
        world.do(small, tasks.Spawn())
        if then is None:
            return Stage(world, big, tasks.Resize())
        world.do(big, tasks.Resize())
        return Stage(world, small if isinstance(then, tasks.RevertResize) else big, then)

    return stage


def _plugged(attach: bool, kind: str) -> Callable[[], Stage]:
    def stage() -> Stage:
        world = World()
        spec = world.spec()
        volume, interface = sample_volume(), sample_interface()
        world.do(spec, tasks.Spawn())
        tasks_of: dict[str, tuple[tasks.Task, tasks.Task]] = {
            "volume": (tasks.AttachVolume(volume=volume), tasks.DetachVolume(volume=volume)),
            "interface": (tasks.AttachInterface(interface=interface), tasks.DetachInterface(interface=interface)),
        }
        plug, unplug = tasks_of[kind]
        if attach:
            return Stage(world, spec, plug)
        world.do(spec, plug)
        return Stage(world, spec, unplug)

    return stage


def _moving(step: str) -> Callable[[], Stage]:
    """A migration, up to the step that is next. The stage's world is the host that does it."""

    def stage() -> Stage:
        source = World()
        target = World(source.images)
        spec = source.spec()
        source.do(spec, tasks.Spawn())
        live = step.endswith("live")
        if step in {"prepare-move", "prepare-live"}:
            return Stage(target, spec, tasks.PrepareLive() if live else tasks.PrepareMove(), source)
        ticket = target.do(spec, tasks.PrepareLive() if live else tasks.PrepareMove()).ticket
        assert ticket is not None
        sending: tasks.Task = tasks.MigrateLive(ticket=ticket) if live else tasks.SendGuest(ticket=ticket)
        if step in {"send", "migrate-live"}:
            return Stage(source, spec, sending, target)
        if step == "roll-back-live":
            return Stage(target, spec, tasks.RollBackLive(), source)
        source.do(spec, sending)
        if step in {"receive", "finish-live"}:
            return Stage(target, spec, tasks.FinishLive() if live else tasks.ReceiveGuest(ticket=ticket), source)
        target.do(spec, tasks.ReceiveGuest(ticket=ticket))
        if step == "confirm-move":
            return Stage(source, spec, tasks.ConfirmMove(), target)
        target.do(spec, tasks.Destroy())
        return Stage(source, spec, tasks.RevertMove(), target)

    return stage


_RUNNING = (PowerState.RUNNING, 512, False, False)
_OFF = (PowerState.SHUTDOWN, 512, False, False)
_SPAWN = tasks.Spawn()

SCENARIOS: tuple[Scenario, ...] = (
    Scenario("spawn", _after(then=tasks.Spawn), _RUNNING),
    Scenario("power-off", _after(_SPAWN, then=tasks.PowerOff), _OFF),
    Scenario("power-on", _after(_SPAWN, tasks.PowerOff(), then=tasks.PowerOn), _RUNNING),
    Scenario("reboot", _after(_SPAWN, then=tasks.Reboot), _RUNNING),
    Scenario("reboot-hard", _after(_SPAWN, tasks.PowerOff(), then=lambda: tasks.Reboot(hard=True)), _RUNNING),
    Scenario("pause", _after(_SPAWN, then=tasks.Pause), (PowerState.PAUSED, 512, False, False)),
    Scenario("unpause", _after(_SPAWN, tasks.Pause(), then=tasks.Unpause), _RUNNING),
    Scenario("suspend", _after(_SPAWN, then=tasks.Suspend), (PowerState.SUSPENDED, 512, False, False)),
    Scenario("resume", _after(_SPAWN, tasks.Suspend(), then=tasks.Resume), _RUNNING),
    Scenario("rebuild", _after(_SPAWN, tasks.PowerOff(), then=tasks.Rebuild), _RUNNING),
    Scenario("rebuild-stopped", _after(_SPAWN, tasks.PowerOff(), then=lambda: tasks.Rebuild(stopped=True)), _OFF),
    Scenario("resize", _resized(None), (PowerState.RUNNING, 1024, False, True)),
    Scenario("confirm-resize", _resized(tasks.ConfirmResize()), (PowerState.RUNNING, 1024, False, False)),
    Scenario("revert-resize", _resized(tasks.RevertResize()), _RUNNING),
    Scenario("rescue", _after(_SPAWN, then=tasks.Rescue), (PowerState.RUNNING, 512, True, False)),
    Scenario("unrescue", _after(_SPAWN, tasks.Rescue(), then=tasks.Unrescue), _RUNNING),
    Scenario(
        "snapshot",
        _after(_SPAWN, then=lambda: tasks.Snapshot(target=ImageTarget(id=str(uuid4()), name="copy"))),
        _RUNNING,
    ),
    Scenario("attach-volume", _plugged(attach=True, kind="volume"), _RUNNING),
    Scenario("detach-volume", _plugged(attach=False, kind="volume"), _RUNNING),
    Scenario("attach-interface", _plugged(attach=True, kind="interface"), _RUNNING),
    Scenario("detach-interface", _plugged(attach=False, kind="interface"), _RUNNING),
    Scenario("set-password", _after(_SPAWN, then=lambda: tasks.SetPassword(password="secret")), _RUNNING),
    Scenario("crash-dump", _after(_SPAWN, then=tasks.CrashDump), _RUNNING),
    Scenario("prepare-move", _moving("prepare-move"), None),
    Scenario("send", _moving("send"), (PowerState.SHUTDOWN, 512, False, True)),
    Scenario("receive", _moving("receive"), _RUNNING),
    Scenario("confirm-move", _moving("confirm-move"), None),
    Scenario("revert-move", _moving("revert-move"), _RUNNING),
    Scenario("prepare-live", _moving("prepare-live"), None),
    Scenario("migrate-live", _moving("migrate-live"), None),
    Scenario("finish-live", _moving("finish-live"), _RUNNING),
    Scenario("roll-back-live", _moving("roll-back-live"), None),
    Scenario("destroy", _after(_SPAWN, then=tasks.Destroy), None),
)
