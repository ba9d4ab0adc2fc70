"""The rows of `calls` that need a second host: each half of a migration, on the host that the suite looks at."""

from collections.abc import Callable
from typing import NamedTuple

from nova.domain.operations import Operation
from nova.domain.servers import GuestSpec
from nova.domain.tasks import MigrationTicket
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.facets import COLD_MIGRATION, LIVE_MIGRATION, ColdMigration, LiveMigration
from nova.driverapi.values import PowerTarget
from nova.testing.conformance.harness import Bench


class Move(NamedTuple):
    """A guest on its way, between this host and the neighbour."""

    spec: GuestSpec
    there: ComputeDriver
    ticket: MigrationTicket


Act = Callable[[Bench, Operation, Move], object]


def _cold(driver: ComputeDriver) -> ColdMigration:
    found = driver.facet(COLD_MIGRATION)
    assert found is not None, "the neighbour is of the same driver"
    return found


def _live(driver: ComputeDriver) -> LiveMigration:
    found = driver.facet(LIVE_MIGRATION)
    assert found is not None, "the neighbour is of the same driver"
    return found


def _node(driver: ComputeDriver) -> str:
    return next(node.name for node in driver.inventory() if node.available)


def leaving(bench: Bench, *, live: bool) -> Move:
    """A guest here, for which the neighbour has made room."""
    there = bench.backend.neighbour()
    spec = bench.spawn()
    bench.owes(there, spec.server_id)
    prepare = _live(there).prepare_live if live else _cold(there).prepare_move
    return Move(spec, there, bench.run(prepare, bench.operation(spec.server_id), spec, _node(there)))


def coming(bench: Bench, *, live: bool) -> Move:
    """A guest of the neighbour, before it is sent here."""
    there = bench.backend.neighbour()
    spec = bench.spec()
    bench.owes(there, spec.server_id)
    bench.run(there.spawn, bench.operation(spec.server_id), spec, _node(there))
    prepare = _live(bench.driver).prepare_live if live else _cold(bench.driver).prepare_move
    return Move(spec, there, bench.run(prepare, bench.operation(spec.server_id), spec, bench.node()))


def arrived(bench: Bench, *, live: bool) -> Move:
    """The same, once it was sent."""
    move = coming(bench, live=live)
    operation = bench.operation(move.spec.server_id)
    send = _live(move.there).migrate_live if live else _cold(move.there).send_guest
    bench.run(send, operation, move.spec.server_id, move.ticket)
    return move


def sent(bench: Bench) -> Move:
    """A guest that left for the neighbour, and of which a copy is kept here."""
    move = leaving(bench, live=False)
    send(bench, bench.operation(move.spec.server_id), move)
    return move


def received_there(bench: Bench) -> Move:
    """The same, once it runs there."""
    move = sent(bench)
    bench.run(_cold(move.there).receive_guest, bench.operation(move.spec.server_id), move.spec, move.ticket)
    return move


def send(bench: Bench, operation: Operation, move: Move) -> object:
    """Ship a guest that is here."""
    bench.run(bench.need(COLD_MIGRATION).send_guest, operation, move.spec.server_id, move.ticket)
    return None


def receive(bench: Bench, operation: Operation, move: Move) -> object:
    """Start one that was shipped here."""
    return bench.run(bench.need(COLD_MIGRATION).receive_guest, operation, move.spec, move.ticket)


def confirm(bench: Bench, operation: Operation, move: Move) -> object:
    """Remove the copy."""
    bench.run(bench.need(COLD_MIGRATION).confirm_move, operation, move.spec.server_id)
    return None


def revert(bench: Bench, operation: Operation, move: Move) -> object:
    """Start the copy."""
    return bench.run(bench.need(COLD_MIGRATION).revert_move, operation, move.spec.server_id)


def migrate(bench: Bench, operation: Operation, move: Move) -> object:
    """Move a running guest to the neighbour."""
    bench.run(bench.need(LIVE_MIGRATION).migrate_live, operation, move.spec.server_id, move.ticket)
    return None


def finish(bench: Bench, operation: Operation, move: Move) -> object:
    """Own a guest that has arrived running."""
    return bench.run(bench.need(LIVE_MIGRATION).finish_live, operation, move.spec)


def off_there(bench: Bench, move: Move) -> bool:
    """Whether the neighbour's guest can be turned off: it is whole."""
    operation = bench.operation(move.spec.server_id)
    bench.run(move.there.power, operation, move.spec.server_id, PowerTarget.OFF, 0)
    return True
