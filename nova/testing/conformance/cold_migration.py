"""The facet ColdMigration, with a second host."""

import pytest
from msgspec.structs import replace

from nova.domain.servers import GuestSpec
from nova.domain.states import PowerState
from nova.domain.tasks import MigrationTicket
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import GuestNotFound
from nova.driverapi.facets import COLD_MIGRATION, ColdMigration
from nova.testing.conformance.harness import Bench


class _Move:
    """A guest on its way."""

    def __init__(self, bench: Bench) -> None:
        self.source = bench.need(COLD_MIGRATION)
        self.there: ComputeDriver = bench.backend.neighbour()
        found = self.there.facet(COLD_MIGRATION)
        assert found is not None, "the neighbour is of the same driver"
        self.target: ColdMigration = found
        self.bench = bench
        self.spec: GuestSpec = bench.spawn()
        self.operation = bench.operation(self.spec.server_id)
        self.node = next(node.name for node in self.there.inventory() if node.available)
        bench.owes(self.there, self.spec.server_id)

    def prepare(self) -> MigrationTicket:
        return self.bench.run(self.target.prepare_move, self.operation.at("prepare"), self.spec, self.node)

    def send(self, ticket: MigrationTicket) -> None:
        self.bench.run(self.source.send_guest, self.operation.at("send"), self.spec.server_id, ticket)

    def receive(self, ticket: MigrationTicket) -> None:
        self.bench.run(self.target.receive_guest, self.operation.at("receive"), self.spec, ticket)

    def to_the_end(self) -> None:
        ticket = self.prepare()
        self.send(ticket)
        self.receive(ticket)


class TestColdMigration:
    """Each step twice, as a conductor that was cut off would."""

    def test_there(self, bench: Bench) -> None:
        """It runs there; what was kept here is off until it is confirmed, and gone then."""
        move = _Move(bench)
        for _ in range(2):
            move.to_the_end()
        guest = move.there.inspect(move.spec.server_id)
        assert (guest.power, guest.node) == (PowerState.RUNNING, move.node)
        kept = bench.driver.inspect(move.spec.server_id)
        assert (kept.power, kept.resized) == (PowerState.SHUTDOWN, True)
        for _ in range(2):
            bench.run(move.source.confirm_move, move.operation.at("confirm"), move.spec.server_id)
        assert bench.inspect(move.spec) is None
        assert move.there.inspect(move.spec.server_id) == guest

    def test_and_back(self, bench: Bench) -> None:
        """After a revert it runs here as before."""
        move = _Move(bench)
        move.to_the_end()
        bench.run(move.there.destroy, move.operation.at("destroy"), move.spec.server_id)
        for _ in range(2):
            guest = bench.run(move.source.revert_move, move.operation.at("revert"), move.spec.server_id)
            assert (guest.power, guest.resized) == (PowerState.RUNNING, False)

    def test_with_another_flavor(self, bench: Bench) -> None:
        """The destination starts it with the size that it is to have."""
        move = _Move(bench)
        move.spec = replace(move.spec, flavor=bench.backend.bigger_flavor())
        move.to_the_end()
        assert move.there.inspect(move.spec.server_id).memory_mb == move.spec.flavor.memory_mb

    def test_confirm_of_nothing_keeps_the_guest(self, bench: Bench) -> None:
        """A guest that was not sent is not removed by a confirmation."""
        move = _Move(bench)
        bench.run(move.source.confirm_move, move.operation.at("confirm"), move.spec.server_id)
        assert bench.power(move.spec) is PowerState.RUNNING

    def test_receive_of_nothing(self, bench: Bench) -> None:
        """What was not sent cannot be started."""
        move = _Move(bench)
        ticket = move.prepare()
        with pytest.raises(GuestNotFound):
            move.receive(ticket)
