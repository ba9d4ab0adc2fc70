"""Every call that changes a guest, as a table: how to come to it, make it, and see that it worked.

Idempotency, crashes, outages and missing guests are tested over these rows, so a new call is tested for all of them.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, cast
from uuid import uuid4

import pytest

from nova.domain.devices import Interface, Volume
from nova.domain.images import ImageTarget
from nova.domain.operations import Operation
from nova.domain.servers import GuestSpec
from nova.domain.states import PowerState
from nova.driverapi import facets as api
from nova.driverapi.facets import Facet
from nova.driverapi.values import PowerTarget, RebootKind
from nova.testing.conformance import moves
from nova.testing.conformance.harness import Bench


class Case(NamedTuple):
    """A guest that a call is about, and what else the call needs."""

    spec: GuestSpec
    extra: Any = None


class Call(NamedTuple):
    """One row.

    `power` is the guest's power state after the call, None when it is not here; `check` looks further. `here`: the
    guest is on this host before the call; `tolerant`: the call is no error where there is no guest.
    """

    name: str
    facet: Facet[object] | None
    prepare: Callable[[Bench], Case]
    act: Callable[[Bench, Operation, Case], object]
    power: PowerState | None = PowerState.RUNNING
    check: Callable[[Bench, Case], bool] = lambda _bench, _case: True
    here: bool = True
    tolerant: bool = False

    def ready(self, bench: Bench) -> Case:
        """Skip without the facet; otherwise make the guest that the call needs."""
        if self.facet is not None:
            bench.need(self.facet)
        return self.prepare(bench)

    def worked(self, bench: Bench, case: Case) -> None:
        """Fail unless the call has had its effect."""
        assert bench.power(case.spec) is self.power, f"power state after {self.name}"
        assert self.check(bench, case), f"effect of {self.name}"


def _facet(facet: Facet[Any]) -> Facet[object]:
    return cast("Facet[object]", facet)


def _running(bench: Bench) -> Case:
    return Case(bench.spawn())


def _after(act: Callable[[Bench, Operation, Case], object], start: Callable[[Bench], Case]) -> Callable[[Bench], Case]:
    def prepare(bench: Bench) -> Case:
        case = start(bench)
        act(bench, bench.operation(case.spec.server_id), case)
        return case

    return prepare


def _spawn(bench: Bench, operation: Operation, case: Case) -> object:
    return bench.run(bench.driver.spawn, operation, case.spec, bench.node())


def _destroy(bench: Bench, operation: Operation, case: Case) -> object:
    bench.run(bench.driver.destroy, operation, case.spec.server_id)
    return None


def _power(target: PowerTarget) -> Callable[[Bench, Operation, Case], object]:
    return lambda bench, operation, case: bench.run(bench.driver.power, operation, case.spec.server_id, target, 0)


def _reboot(kind: RebootKind) -> Callable[[Bench, Operation, Case], object]:
    return lambda bench, operation, case: bench.run(bench.driver.reboot, operation, case.spec.server_id, kind)


def _simple(facet: Facet[Any], method: str) -> Callable[[Bench, Operation, Case], object]:
    def act(bench: Bench, operation: Operation, case: Case) -> object:
        return bench.run(getattr(bench.need(facet), method), operation, case.spec.server_id)

    return act


def _snapshot(bench: Bench, operation: Operation, case: Case) -> object:
    return bench.run(bench.need(api.SNAPSHOT).snapshot, operation, case.spec.server_id, case.extra)


def _imaged(bench: Bench) -> Case:
    return Case(bench.spawn(), ImageTarget(id=str(uuid4()), name="snapshot"))


def _rebuild(bench: Bench, operation: Operation, case: Case) -> object:
    return bench.run(bench.need(api.REBUILD).rebuild, operation, case.spec)


def _growing(bench: Bench) -> Case:
    spec = bench.spawn()
    return Case(GuestSpec(**{**_fields(spec), "flavor": bench.backend.bigger_flavor()}), spec)


def _resize(bench: Bench, operation: Operation, case: Case) -> object:
    return bench.run(bench.need(api.RESIZE).resize, operation, case.spec, bench.node())


def _has_flavor(bench: Bench, spec: GuestSpec, *, waits: bool) -> bool:
    guest = bench.inspect(spec)
    wanted = (spec.flavor.vcpus, spec.flavor.memory_mb, waits)
    return guest is not None and (guest.vcpus, guest.memory_mb, guest.resized) == wanted


def _rescue(bench: Bench, operation: Operation, case: Case) -> object:
    return bench.run(bench.need(api.RESCUE).rescue, operation, case.spec, None, "secret")


def _rescued(bench: Bench, case: Case) -> bool:
    guest = bench.inspect(case.spec)
    return guest is not None and guest.rescued


def _with_volume(bench: Bench) -> Case:
    volume = bench.backend.volume()
    return Case(bench.spawn(), volume)


def _attach_volume(bench: Bench, operation: Operation, case: Case) -> object:
    volume: Volume = case.extra
    return bench.run(bench.need(api.VOLUME_ATTACH).attach_volume, operation, case.spec.server_id, volume)


def _detach_volume(bench: Bench, operation: Operation, case: Case) -> object:
    volume: Volume = case.extra
    return bench.run(bench.need(api.VOLUME_ATTACH).detach_volume, operation, case.spec.server_id, volume)


def _volume_there(bench: Bench, case: Case) -> bool:
    guest = bench.inspect(case.spec)
    return guest is not None and case.extra.attachment_id in guest.volumes


def _with_interface(bench: Bench) -> Case:
    interface = bench.backend.interface()
    return Case(bench.spawn(), interface)


def _attach_interface(bench: Bench, operation: Operation, case: Case) -> object:
    interface: Interface = case.extra
    return bench.run(bench.need(api.INTERFACE_ATTACH).attach_interface, operation, case.spec.server_id, interface)


def _detach_interface(bench: Bench, operation: Operation, case: Case) -> object:
    interface: Interface = case.extra
    return bench.run(bench.need(api.INTERFACE_ATTACH).detach_interface, operation, case.spec.server_id, interface)


def _interface_there(bench: Bench, case: Case) -> bool:
    guest = bench.inspect(case.spec)
    return guest is not None and case.extra.port_id in guest.interfaces


def _set_password(bench: Bench, operation: Operation, case: Case) -> object:
    call = bench.need(api.ADMIN_PASSWORD).set_admin_password
    bench.run(call, operation, case.spec.server_id, "correct horse")
    return None


def _moving(prepare: Callable[[Bench], moves.Move]) -> Callable[[Bench], Case]:
    def make(bench: Bench) -> Case:
        move = prepare(bench)
        return Case(move.spec, move)

    return make


def _move(act: moves.Act) -> Callable[[Bench, Operation, Case], object]:
    return lambda bench, operation, case: act(bench, operation, case.extra)


def _fields(spec: GuestSpec) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in spec.__struct_fields__}


_PAUSE, _SUSPEND, _RESIZE, _RESCUE = (_facet(each) for each in (api.PAUSE, api.SUSPEND, api.RESIZE, api.RESCUE))
_VOLUME, _INTERFACE = _facet(api.VOLUME_ATTACH), _facet(api.INTERFACE_ATTACH)
_COLD, _LIVE = _facet(api.COLD_MIGRATION), _facet(api.LIVE_MIGRATION)
_OFF = PowerState.SHUTDOWN

CALLS: tuple[Call, ...] = (
    Call("spawn", None, lambda bench: Case(bench.spec()), _spawn, here=False, tolerant=True),
    Call("power_on", None, lambda bench: Case(bench.stopped()), _power(PowerTarget.ON)),
    Call("power_off", None, _running, _power(PowerTarget.OFF), _OFF),
    Call("reboot_hard", None, _running, _reboot(RebootKind.HARD)),
    Call("destroy", None, _running, _destroy, None, tolerant=True),
    Call("pause", _PAUSE, _running, _simple(api.PAUSE, "pause"), PowerState.PAUSED),
    Call("unpause", _PAUSE, _after(_simple(api.PAUSE, "pause"), _running), _simple(api.PAUSE, "unpause")),
    Call("suspend", _SUSPEND, _running, _simple(api.SUSPEND, "suspend"), PowerState.SUSPENDED),
    Call("resume", _SUSPEND, _after(_simple(api.SUSPEND, "suspend"), _running), _simple(api.SUSPEND, "resume")),
    Call("snapshot", _facet(api.SNAPSHOT), _imaged, _snapshot),
    Call("rebuild", _facet(api.REBUILD), _running, _rebuild),
    Call("resize", _RESIZE, _growing, _resize, check=lambda bench, case: _has_flavor(bench, case.spec, waits=True)),
    Call(
        "confirm_resize",
        _RESIZE,
        _after(_resize, _growing),
        _simple(api.RESIZE, "confirm_resize"),
        check=lambda bench, case: _has_flavor(bench, case.spec, waits=False),
    ),
    Call(
        "revert_resize",
        _RESIZE,
        _after(_resize, _growing),
        _simple(api.RESIZE, "revert_resize"),
        check=lambda bench, case: _has_flavor(bench, case.extra, waits=False),
    ),
    Call("rescue", _RESCUE, _running, _rescue, check=_rescued),
    Call(
        "unrescue",
        _RESCUE,
        _after(_rescue, _running),
        _simple(api.RESCUE, "unrescue"),
        check=lambda bench, case: not _rescued(bench, case),
    ),
    Call("attach_volume", _VOLUME, _with_volume, _attach_volume, check=_volume_there),
    Call(
        "detach_volume",
        _VOLUME,
        _after(_attach_volume, _with_volume),
        _detach_volume,
        check=lambda bench, case: not _volume_there(bench, case),
    ),
    Call("attach_interface", _INTERFACE, _with_interface, _attach_interface, check=_interface_there),
    Call(
        "detach_interface",
        _INTERFACE,
        _after(_attach_interface, _with_interface),
        _detach_interface,
        check=lambda bench, case: not _interface_there(bench, case),
    ),
    Call("set_admin_password", _facet(api.ADMIN_PASSWORD), _running, _set_password),
    Call("trigger_crash_dump", _facet(api.CRASH_DUMP), _running, _simple(api.CRASH_DUMP, "trigger_crash_dump")),
    Call(
        "send_guest",
        _COLD,
        _moving(lambda bench: moves.leaving(bench, live=False)),
        _move(moves.send),
        _OFF,
        check=lambda bench, case: bench.driver.inspect(case.spec.server_id).resized,
    ),
    Call("receive_guest", _COLD, _moving(lambda bench: moves.arrived(bench, live=False)), _move(moves.receive),
         here=False, tolerant=True),
    Call("confirm_move", _COLD, _moving(moves.received_there), _move(moves.confirm), None, tolerant=True),
    Call("revert_move", _COLD, _moving(moves.sent), _move(moves.revert)),
    Call(
        "migrate_live",
        _LIVE,
        _moving(lambda bench: moves.leaving(bench, live=True)),
        _move(moves.migrate),
        None,
        check=lambda bench, case: moves.off_there(bench, case.extra),
    ),
    Call("finish_live", _LIVE, _moving(lambda bench: moves.arrived(bench, live=True)), _move(moves.finish)),
)  # fmt: skip

each_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
each_call_on_a_guest = pytest.mark.parametrize(
    "call", [call for call in CALLS if not call.tolerant], ids=lambda call: call.name
)
