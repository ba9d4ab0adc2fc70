"""Drivers that each break one rule of the contract, and the tests of the suite that must say so."""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from nova.domain.errors import InvalidValue
from nova.domain.operations import Operation
from nova.domain.servers import Guest, GuestSpec
from nova.domain.states import PowerState
from nova.driverapi.errors import BackendFailed, GuestConflict, GuestNotFound, WrongPowerState
from nova.driverapi.facets import PAUSE
from nova.driverapi.values import RebootKind
from tests.nova.testing.tampering import Tamper, TamperedBackend

_B = TamperedBackend


class Broken(NamedTuple):
    """`caught_by` are the failing tests of the classes that it names: exactly these, in any of their rows."""

    name: str
    tampers: Mapping[str, Tamper]
    caught_by: frozenset[str]
    skips: Mapping[str, str] = {}


def _row(name: str, caught_by: str, /, skips: Mapping[str, str] | None = None, **tampers: Tamper) -> Broken:
    return Broken(name, tampers, frozenset(caught_by.split()), skips or {})


def _new(operation: Operation) -> Operation:
    return operation.at(f"again at {time.monotonic_ns()}")


def _list_foreign(backend: _B, method: Any) -> tuple[Guest, ...]:
    alien = next(iter(backend.foreign))
    return (*method(), Guest(server_id=alien, node="x", power=PowerState.RUNNING))  # type: ignore[arg-type]


def _touch_foreign(backend: _B, method: Any, *args: Any) -> Any:
    backend.foreign.update(dict.fromkeys(backend.foreign, 2))
    return method(*args)


def _not_implemented(_: _B, __: Any, *___: Any) -> None:
    raise NotImplementedError


def _once_only(backend: _B, method: Any, operation: Operation, *args: Any) -> Any:
    if operation.key in backend.seen:
        raise GuestConflict("I have done that already.")
    backend.seen[operation.key] = True
    return method(operation, *args)


def _every_time(_: _B, method: Any, operation: Operation, *args: Any) -> Any:
    return method(_new(operation), *args)


def _spawn_every_time(_: _B, method: Any, operation: Operation, spec: GuestSpec, node: str) -> Any:
    return method(_new(operation), spec, node)


def _destroy_needs_a_guest(backend: _B, method: Any, operation: Operation, server_id: Any) -> Any:
    backend.start().inspect(server_id)
    return method(operation, server_id)


def _powers_nothing(backend: _B, _: Any, __: Operation, server_id: Any, *___: Any) -> Guest:
    return backend.start().inspect(server_id)


def _key_error(_: _B, method: Any, *args: Any) -> Any:
    try:
        return method(*args)
    except GuestNotFound as error:
        raise KeyError(str(error)) from error


def _empty_when_down(backend: _B, method: Any) -> Any:
    return () if backend.down else method()


def _raw_when_down(backend: _B, method: Any, *args: Any) -> Any:
    if backend.down:
        raise ConnectionError("connection refused")
    return method(*args)


def _shrinking_inventory(backend: _B, method: Any) -> Any:
    return tuple(replace(node, resources={
        name: replace(resource, total=resource.total - len(backend.start().list_guests()))
        for name, resource in node.resources.items()
    }) for node in method())  # fmt: skip


def _hides_half_made(_: _B, method: Any) -> Any:
    return tuple(guest for guest in method() if guest.power is not PowerState.NOSTATE)


def _trips_over_half_made(backend: _B, method: Any, operation: Operation, spec: GuestSpec, node: str) -> Any:
    found = [guest for guest in backend.start().list_guests() if guest.server_id == spec.server_id]
    if found and found[0].power is PowerState.NOSTATE:
        raise GuestConflict("There are remains of this guest.")
    return method(operation, spec, node)


def _one_at_a_time(backend: _B, method: Any, *args: Any) -> Any:
    if backend.seen.get("busy"):
        raise BackendFailed("I can do one thing at a time.")
    backend.seen["busy"] = True
    try:
        time.sleep(0.02)
        return method(*args)
    finally:
        backend.seen["busy"] = False


def _ascii_names(_: _B, method: Any, operation: Operation, spec: GuestSpec, node: str) -> Any:
    spec.name.encode("ascii")
    return method(operation, spec, node)


def _unique_names(backend: _B, method: Any, operation: Operation, spec: GuestSpec, node: str) -> Any:
    if backend.seen.setdefault(spec.name.lower(), spec.server_id) != spec.server_id:
        raise GuestConflict("The name is taken by another guest.")
    return method(operation, spec, node)


def _short_names(_: _B, method: Any, operation: Operation, spec: GuestSpec, node: str) -> Any:
    if len(spec.name.encode()) > 255:
        raise InvalidValue("name", spec.name, "at most 255 bytes")
    return method(operation, spec, node)


def _does_nothing(backend: _B, _: Any, __: Operation, what: Any, *___: Any) -> Guest:
    return backend.start().inspect(getattr(what, "server_id", what))


def _another_image(_: _B, method: Any, *args: Any) -> Any:
    return replace(method(*args), id="00000000-0000-4000-8000-000000000000")


def _detach_needs_it(backend: _B, method: Any, operation: Operation, server_id: Any, volume: Any) -> Any:
    if volume.attachment_id not in backend.start().inspect(server_id).volumes:
        raise BackendFailed("There is no such volume.")
    return method(operation, server_id, volume)


def _first_lines(_: _B, method: Any, server_id: Any, lines: int | None) -> Any:
    return b"".join(method(server_id, None).splitlines(keepends=True)[:lines])


def _any_console(_: _B, method: Any, server_id: Any, protocol: str) -> Any:
    try:
        return method(server_id, protocol)
    except WrongPowerState:
        return None


def _always_running(_: _B, method: Any, server_id: Any) -> Any:
    return replace(method(server_id), power=PowerState.RUNNING)


def _prunes_all(_: _B, method: Any, keep: frozenset[str]) -> Any:
    return method(keep) | keep


def _silent(_: _B, __: Any, ___: Any) -> Any:
    return lambda: None


def _boots_anyway(backend: _B, method: Any, operation: Operation, server_id: Any) -> Any:
    backend.start().reboot(_new(operation), server_id, RebootKind.HARD)
    return method(operation, server_id)


def _forgets_volumes(_: _B, method: Any, *args: Any) -> Any:
    return replace(method(*args), volumes=frozenset())


def _confirm_destroys(backend: _B, _: Any, operation: Operation, server_id: Any) -> None:
    backend.start().destroy(operation, server_id)


def _stays_here(_: _B, __: Any, *___: Any) -> None:
    return None


def _no_sentence(_: _B, method: Any, *args: Any) -> Any:
    try:
        return method(*args)
    except GuestNotFound:
        raise GuestNotFound("404") from None


def _good_image(backend: _B, method: Any, operation: Operation, spec: GuestSpec, node: str) -> Any:
    return method(operation, replace(spec, image=backend.image()), node)


def _any_state(_: _B, method: Any, *args: Any) -> Any:
    try:
        return method(*args)
    except WrongPowerState:
        return None


def _declares(**changes: bool) -> Tamper:
    return lambda _backend, method: replace(method(), **changes)


def _hides_pause(_: _B, method: Any, facet: Any) -> Any:
    return None if facet is PAUSE else method(facet)


BROKEN: tuple[Broken, ...] = (
    _row("lists foreign guests", "TestForeignGuests.test_not_listed", list_guests=_list_foreign),
    _row("recovery touches foreign guests", "TestForeignGuests.test_not_touched_by_recovery", recover=_touch_foreign),
    _row("destroy touches foreign guests", "TestForeignGuests.test_not_touched", destroy=_touch_foreign),
    _row(
        "raises NotImplementedError",
        "TestPause.test_pause_and_unpause TestPause.test_pause_of_a_guest_that_is_off",
        pause=_not_implemented,
    ),
    _row(
        "declares what it lacks",
        "TestCapabilities.test_declared_is_implemented TestCapabilities.test_facet_has_every_method",
        facet=_hides_pause,
    ),
    _row(
        "has what it does not declare",
        "TestCapabilities.test_declared_is_implemented",
        capabilities=_declares(pause=False),
    ),
    _row(
        "declares consoles without protocols",
        "TestCapabilities.test_consoles_are_named TestCapabilities.test_declared_is_implemented",
        capabilities=_declares(remote_console=False),
    ),
    _row(
        "spawn cannot be repeated",
        "TestIdempotency.test_once_and_again TestIdempotency.test_again_by_another_process"
        " TestIdempotency.test_spawn_is_not_repeated",
        spawn=_once_only,
    ),
    _row("spawn is repeated", "TestIdempotency.test_spawn_is_not_repeated", spawn=_spawn_every_time),
    _row("reboot is repeated", "TestIdempotency.test_reboot_is_not_repeated", reboot=_every_time),
    _row("destroy needs a guest", "TestCore.test_destroy_of_nothing_is_no_error", destroy=_destroy_needs_a_guest),
    _row(
        "power does nothing",
        "TestCore.test_power_off_and_on TestCore.test_power_on_is_no_way_out_of_pause"
        " TestCore.test_soft_reboot_needs_a_running_guest",
        power=_powers_nothing,
    ),
    _row(
        "inspect raises KeyError",
        "TestOutcomes.test_inspect_of_nothing TestOutcomes.test_damaged_image TestOutcomes.test_missing_image"
        " TestOutcomes.test_unknown_node TestOutcomes.test_too_big_for_the_node"
        " TestOutcomes.test_call_during_an_outage",
        inspect=_key_error,
    ),
    _row("empty list in an outage", "TestOutcomes.test_reading_during_an_outage", list_guests=_empty_when_down),
    _row("raw error in an outage", "TestOutcomes.test_call_during_an_outage", reboot=_raw_when_down),
    _row("message without a sentence", "TestOutcomes.test_inspect_of_nothing", inspect=_no_sentence),
    _row(
        "takes any image",
        "TestOutcomes.test_damaged_image TestOutcomes.test_missing_image",
        spawn=_good_image,
    ),
    _row(
        "inventory shrinks",
        "TestCore.test_inventory_does_not_depend_on_our_guests",
        inventory=_shrinking_inventory,
    ),
    _row("half-made guests are hidden", "TestCrashes.test_finished_by_the_next", list_guests=_hides_half_made),
    _row("trips over its own remains", "TestCrashes.test_finished_by_the_next", spawn=_trips_over_half_made),
    _row(
        "one thing at a time",
        "TestConcurrency.test_many_guests_at_once TestConcurrency.test_the_same_operation_twice_at_once",
        spawn=_one_at_a_time,
    ),
    _row("names are ASCII", "TestNames.test_any_name", spawn=_ascii_names),
    _row(
        "names are unique",
        "TestNames.test_two_guests_of_one_name TestNames.test_names_that_differ_in_case",
        spawn=_unique_names,
    ),
    _row("names are short", "TestLimits.test_longest_name", spawn=_short_names),
    _row(
        "resize does nothing",
        "TestResize.test_there_and_back_and_there TestResize.test_too_big",
        resize=_does_nothing,
    ),
    _row("revert does nothing", "TestResize.test_there_and_back_and_there", revert_resize=_does_nothing),
    _row("snapshot of another image", "TestSnapshot.test_image_is_filled_and_boots", snapshot=_another_image),
    _row(
        "detach needs the volume",
        "TestVolumeAttach.test_attached_again_by_another_operation",
        detach_volume=_detach_needs_it,
    ),
    _row("attach does nothing", "TestInterfaceAttach.test_two_interfaces"
         " TestInterfaceAttach.test_plugged_again_by_another_operation", attach_interface=_does_nothing),
    _row("first lines for last ones", "TestConsoleOutput.test_the_last_lines", console_output=_first_lines),
    _row("console of a guest that is off", "TestRemoteConsole.test_of_a_guest_that_is_off",
         remote_console=_any_console),
    _row("figures of another state", "TestDiagnostics.test_of_a_guest_that_is_off", diagnostics=_always_running),
    _row("prunes what is to be kept", "TestImageCache.test_cached_twice_and_pruned", prune_images=_prunes_all),
    _row("never tells", "TestGuestEvents.test_killed_guest_is_told", watch=_silent),
    _row("unrescue boots anyway", "TestRescue.test_unrescue_of_a_guest_that_is_not_rescued", unrescue=_boots_anyway),
    _row("rescue does nothing", "TestRescue.test_damaged_rescue_image TestRescue.test_of_a_guest_that_is_off",
         rescue=_does_nothing),
    _row("rebuild forgets volumes", "TestRebuild.test_volumes_stay", rebuild=_forgets_volumes),
    _row("suspend does nothing", "TestSuspend.test_suspended_outlives_the_driver"
         " TestSuspend.test_suspend_of_a_guest_that_is_off", suspend=_does_nothing),
    _row(
        "confirmation destroys",
        "TestColdMigration.test_confirm_of_nothing_keeps_the_guest",
        confirm_move=_confirm_destroys,
    ),
    _row(
        "live migration stays here",
        "TestLiveMigration.test_there TestLiveMigration.test_rolling_back_too_late"
        " TestLiveMigration.test_abort_and_force_without_a_migration",
        migrate_live=_stays_here,
    ),
    _row("password of a guest that is off", "TestAdminPassword.test_of_a_guest_that_is_off",
         set_admin_password=_any_state),
    _row("dump of a guest that is off", "TestCrashDump.test_of_a_guest_that_is_off", trigger_crash_dump=_any_state),
    _row(
        "death behind our back is hidden",
        "TestChangesBehindOurBack.test_killed_guest_is_seen_and_started",
        inspect=_always_running,
    ),
    _row(
        "skip that names nothing",
        "TestCapabilities.test_every_skip_has_a_reason_and_a_target",
        {"TestGone.test_of_old": "was renamed"},
    ),
    _row("skip without a reason", "TestCapabilities.test_every_skip_has_a_reason_and_a_target", {"kill": ""}),
    _row(
        "hook that is missing without a reason",
        "TestForeignGuests.test_not_listed TestForeignGuests.test_not_touched"
        " TestForeignGuests.test_not_touched_by_recovery",
        foreign_guests=_silent,
    ),
)  # fmt: skip
