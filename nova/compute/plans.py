"""Which calls of a driver make up each task: the one table."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from nova.domain import tasks
from nova.domain.images import ImageRef
from nova.domain.operations import Operation, Order
from nova.domain.servers import Guest
from nova.domain.tasks import MigrationTicket
from nova.driverapi import facets as api
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import NotSupported
from nova.driverapi.facets import F, Facet
from nova.driverapi.values import PowerTarget, RebootKind


class Effect(NamedTuple):
    """What a step left behind, for the answer."""

    guest: Guest | None = None
    image: ImageRef | None = None
    ticket: MigrationTicket | None = None


class Call(NamedTuple):
    """One step of one order on a driver."""

    driver: ComputeDriver
    order: Order
    operation: Operation

    def need(self, facet: Facet[F]) -> F:
        """The ability, or NotSupported with a sentence for the user."""
        found = self.driver.facet(facet)
        if found is None:
            ability = facet.name.replace("_", " ")
            name = self.driver.identity().name
            raise NotSupported(f"The driver {name} does not support {ability}, which {self.order.task.name} needs.")
        return found


class Step(NamedTuple):
    """A part of a task that is not done again once it was reported as done."""

    name: str
    run: Callable[[Call, Any], Effect]


def steps(driver: ComputeDriver, order: Order) -> tuple[Step, ...]:
    """The steps of an order's task. Most tasks are one call; a rebuild may be several, by what the driver has."""
    if not isinstance(order.task, tasks.Rebuild):
        return (_STEPS[type(order.task)],)
    afresh = (
        (Step("rebuild", lambda call, _: Effect(call.need(api.REBUILD).rebuild(call.operation, call.order.server))),)
        if driver.facet(api.REBUILD) is not None
        else (_STEPS[tasks.Destroy], _STEPS[tasks.Spawn])
    )
    return (*afresh, Step("power-off", _power_off)) if order.task.stopped else afresh


def _spawn(call: Call, _: tasks.Spawn) -> Effect:
    return Effect(call.driver.spawn(call.operation, call.order.server, call.order.node))


def _power_on(call: Call, _: tasks.PowerOn) -> Effect:
    return Effect(call.driver.power(call.operation, call.order.server.server_id, PowerTarget.ON, 0))


def _power_off(call: Call, task: tasks.PowerOff | tasks.Rebuild) -> Effect:
    grace = task.grace if isinstance(task, tasks.PowerOff) else 0
    return Effect(call.driver.power(call.operation, call.order.server.server_id, PowerTarget.OFF, grace))


def _reboot(call: Call, task: tasks.Reboot) -> Effect:
    kind = RebootKind.HARD if task.hard else RebootKind.SOFT
    return Effect(call.driver.reboot(call.operation, call.order.server.server_id, kind))


def _destroy(call: Call, _: tasks.Destroy) -> Effect:
    call.driver.destroy(call.operation, call.order.server.server_id)
    return Effect()


def _pause(call: Call, _: tasks.Pause) -> Effect:
    return Effect(call.need(api.PAUSE).pause(call.operation, call.order.server.server_id))


def _unpause(call: Call, _: tasks.Unpause) -> Effect:
    return Effect(call.need(api.PAUSE).unpause(call.operation, call.order.server.server_id))


def _suspend(call: Call, _: tasks.Suspend) -> Effect:
    return Effect(call.need(api.SUSPEND).suspend(call.operation, call.order.server.server_id))


def _resume(call: Call, _: tasks.Resume) -> Effect:
    return Effect(call.need(api.SUSPEND).resume(call.operation, call.order.server.server_id))


def _resize(call: Call, _: tasks.Resize) -> Effect:
    return Effect(call.need(api.RESIZE).resize(call.operation, call.order.server, call.order.node))


def _confirm_resize(call: Call, _: tasks.ConfirmResize) -> Effect:
    return Effect(call.need(api.RESIZE).confirm_resize(call.operation, call.order.server.server_id))


def _revert_resize(call: Call, _: tasks.RevertResize) -> Effect:
    return Effect(call.need(api.RESIZE).revert_resize(call.operation, call.order.server.server_id))


def _rescue(call: Call, task: tasks.Rescue) -> Effect:
    return Effect(call.need(api.RESCUE).rescue(call.operation, call.order.server, task.image, task.password))


def _unrescue(call: Call, _: tasks.Unrescue) -> Effect:
    return Effect(call.need(api.RESCUE).unrescue(call.operation, call.order.server.server_id))


def _snapshot(call: Call, task: tasks.Snapshot) -> Effect:
    server_id = call.order.server.server_id
    return Effect(image=call.need(api.SNAPSHOT).snapshot(call.operation, server_id, task.target))


def _attach_volume(call: Call, task: tasks.AttachVolume) -> Effect:
    volumes = call.need(api.VOLUME_ATTACH)
    return Effect(volumes.attach_volume(call.operation, call.order.server.server_id, task.volume))


def _detach_volume(call: Call, task: tasks.DetachVolume) -> Effect:
    volumes = call.need(api.VOLUME_ATTACH)
    return Effect(volumes.detach_volume(call.operation, call.order.server.server_id, task.volume))


def _attach_interface(call: Call, task: tasks.AttachInterface) -> Effect:
    interfaces = call.need(api.INTERFACE_ATTACH)
    return Effect(interfaces.attach_interface(call.operation, call.order.server.server_id, task.interface))


def _detach_interface(call: Call, task: tasks.DetachInterface) -> Effect:
    interfaces = call.need(api.INTERFACE_ATTACH)
    return Effect(interfaces.detach_interface(call.operation, call.order.server.server_id, task.interface))


def _set_password(call: Call, task: tasks.SetPassword) -> Effect:
    call.need(api.ADMIN_PASSWORD).set_admin_password(call.operation, call.order.server.server_id, task.password)
    return Effect()


def _crash_dump(call: Call, _: tasks.CrashDump) -> Effect:
    call.need(api.CRASH_DUMP).trigger_crash_dump(call.operation, call.order.server.server_id)
    return Effect()


def _prepare_move(call: Call, _: tasks.PrepareMove) -> Effect:
    move = call.need(api.COLD_MIGRATION)
    return Effect(ticket=move.prepare_move(call.operation, call.order.server, call.order.node))


def _send(call: Call, task: tasks.SendGuest) -> Effect:
    call.need(api.COLD_MIGRATION).send_guest(call.operation, call.order.server.server_id, task.ticket)
    return Effect()


def _receive(call: Call, task: tasks.ReceiveGuest) -> Effect:
    return Effect(call.need(api.COLD_MIGRATION).receive_guest(call.operation, call.order.server, task.ticket))


def _confirm_move(call: Call, _: tasks.ConfirmMove) -> Effect:
    call.need(api.COLD_MIGRATION).confirm_move(call.operation, call.order.server.server_id)
    return Effect()


def _revert_move(call: Call, _: tasks.RevertMove) -> Effect:
    return Effect(call.need(api.COLD_MIGRATION).revert_move(call.operation, call.order.server.server_id))


def _prepare_live(call: Call, _: tasks.PrepareLive) -> Effect:
    live = call.need(api.LIVE_MIGRATION)
    return Effect(ticket=live.prepare_live(call.operation, call.order.server, call.order.node))


def _migrate_live(call: Call, task: tasks.MigrateLive) -> Effect:
    call.need(api.LIVE_MIGRATION).migrate_live(call.operation, call.order.server.server_id, task.ticket)
    return Effect()


def _finish_live(call: Call, _: tasks.FinishLive) -> Effect:
    return Effect(call.need(api.LIVE_MIGRATION).finish_live(call.operation, call.order.server))


def _roll_back_live(call: Call, _: tasks.RollBackLive) -> Effect:
    call.need(api.LIVE_MIGRATION).roll_back_live(call.operation, call.order.server.server_id)
    return Effect()


_STEPS: Mapping[type[tasks.Task], Step] = MappingProxyType(
    {
        tasks.Spawn: Step("spawn", _spawn),
        tasks.PowerOn: Step("power-on", _power_on),
        tasks.PowerOff: Step("power-off", _power_off),
        tasks.Reboot: Step("reboot", _reboot),
        tasks.Pause: Step("pause", _pause),
        tasks.Unpause: Step("unpause", _unpause),
        tasks.Suspend: Step("suspend", _suspend),
        tasks.Resume: Step("resume", _resume),
        tasks.Resize: Step("resize", _resize),
        tasks.ConfirmResize: Step("confirm-resize", _confirm_resize),
        tasks.RevertResize: Step("revert-resize", _revert_resize),
        tasks.Rescue: Step("rescue", _rescue),
        tasks.Unrescue: Step("unrescue", _unrescue),
        tasks.Snapshot: Step("snapshot", _snapshot),
        tasks.AttachVolume: Step("attach-volume", _attach_volume),
        tasks.DetachVolume: Step("detach-volume", _detach_volume),
        tasks.AttachInterface: Step("attach-interface", _attach_interface),
        tasks.DetachInterface: Step("detach-interface", _detach_interface),
        tasks.SetPassword: Step("set-password", _set_password),
        tasks.CrashDump: Step("crash-dump", _crash_dump),
        tasks.PrepareMove: Step("prepare-move", _prepare_move),
        tasks.SendGuest: Step("send", _send),
        tasks.ReceiveGuest: Step("receive", _receive),
        tasks.ConfirmMove: Step("confirm-move", _confirm_move),
        tasks.RevertMove: Step("revert-move", _revert_move),
        tasks.PrepareLive: Step("prepare-live", _prepare_live),
        tasks.MigrateLive: Step("migrate-live", _migrate_live),
        tasks.FinishLive: Step("finish-live", _finish_live),
        tasks.RollBackLive: Step("roll-back-live", _roll_back_live),
        tasks.Destroy: Step("destroy", _destroy),
    }
)
