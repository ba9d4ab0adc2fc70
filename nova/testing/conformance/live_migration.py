"""The facet LiveMigration, with a second host."""

import pytest

from nova.domain.servers import GuestSpec
from nova.domain.states import PowerState
from nova.domain.tasks import MigrationTicket
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import GuestNotFound
from nova.driverapi.facets import LIVE_MIGRATION, LiveMigration
from nova.testing.conformance.harness import Bench


class _Move:
    """A guest on its way."""

    def __init__(self, bench: Bench) -> None:
        self.source = bench.need(LIVE_MIGRATION)
        self.there: ComputeDriver = bench.backend.neighbour()
        found = self.there.facet(LIVE_MIGRATION)
        assert found is not None, "the neighbour is of the same driver"
        self.target: LiveMigration = found
        self.bench = bench
        self.spec: GuestSpec = bench.spawn()
        self.operation = bench.operation(self.spec.server_id)
        self.node = next(node.name for node in self.there.inventory() if node.available)
        bench.owes(self.there, self.spec.server_id)

    def prepare(self) -> MigrationTicket:
        return self.bench.run(self.target.prepare_live, self.operation.at("prepare"), self.spec, self.node)

    def migrate(self, ticket: MigrationTicket) -> None:
        self.bench.run(self.source.migrate_live, self.operation.at("migrate"), self.spec.server_id, ticket)


class TestLiveMigration:
    """Each step twice, as a conductor that was cut off would."""

    def test_there(self, bench: Bench) -> None:
        """It runs there and is gone here."""
        move = _Move(bench)
        ticket = move.prepare()
        assert move.prepare() == ticket
        assert move.spec.server_id not in {guest.server_id for guest in move.there.list_guests()}
        for _ in range(2):
            move.migrate(ticket)
        for _ in range(2):
            guest = bench.run(move.target.finish_live, move.operation.at("finish"), move.spec)
            assert (guest.power, guest.node) == (PowerState.RUNNING, move.node)
        assert bench.inspect(move.spec) is None
        with pytest.raises(GuestNotFound):
            move.source.live_progress(move.spec.server_id)

    def test_rolled_back(self, bench: Bench) -> None:
        """What was prepared is removed, and the guest runs on here."""
        move = _Move(bench)
        move.prepare()
        for _ in range(2):
            bench.run(move.target.roll_back_live, move.operation.at("roll-back"), move.spec.server_id)
        assert bench.power(move.spec) is PowerState.RUNNING
        assert move.spec.server_id not in {guest.server_id for guest in move.there.list_guests()}

    def test_rolling_back_too_late(self, bench: Bench) -> None:
        """A guest that has arrived stays."""
        move = _Move(bench)
        move.migrate(move.prepare())
        bench.run(move.target.roll_back_live, move.operation.at("roll-back"), move.spec.server_id)
        assert move.there.inspect(move.spec.server_id).power is PowerState.RUNNING

    def test_abort_and_force_without_a_migration(self, bench: Bench) -> None:
        """Nothing happens, and there is no progress."""
        move = _Move(bench)
        bench.run(move.source.abort_live, move.operation.at("abort"), move.spec.server_id)
        bench.run(move.source.force_live, move.operation.at("force"), move.spec.server_id)
        assert not move.source.live_progress(move.spec.server_id).running
        move.migrate(move.prepare())
        assert move.there.inspect(move.spec.server_id).power is PowerState.RUNNING
