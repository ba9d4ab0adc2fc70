"""Errors: the contract's, with sentences, and nothing half done."""

from uuid import uuid4

import pytest
from msgspec.structs import replace

from nova.domain.hosts import MEMORY_MB
from nova.domain.ids import ServerId
from nova.domain.states import PowerState
from nova.driverapi.errors import BackendUnavailable, DriverError, GuestNotFound, ImageUnusable, NoRoom
from nova.testing.conformance.calls import Call, each_call, each_call_on_a_guest
from nova.testing.conformance.harness import Bench


def _has_a_sentence(error: BaseException) -> bool:
    return len(str(error).split()) >= 3


class TestOutcomes:
    """What a driver raises."""

    def test_inspect_of_nothing(self, bench: Bench) -> None:
        """A guest that is not there is GuestNotFound."""
        nobody = ServerId(str(uuid4()))
        with pytest.raises(GuestNotFound) as caught:
            bench.driver.inspect(nobody)
        assert _has_a_sentence(caught.value)

    @each_call_on_a_guest
    def test_call_on_a_guest_that_vanished(self, bench: Bench, call: Call) -> None:
        """A guest that is gone is GuestNotFound, whatever is to be done with it."""
        case = call.ready(bench)
        bench.run(bench.driver.destroy, bench.operation(case.spec.server_id), case.spec.server_id)
        with pytest.raises(GuestNotFound) as caught:
            call.act(bench, bench.operation(case.spec.server_id), case)
        assert _has_a_sentence(caught.value)

    @each_call
    def test_call_during_an_outage(self, bench: Bench, call: Call) -> None:
        """A backend that does not answer is BackendUnavailable; when it does again, the same call succeeds."""
        case = call.ready(bench)
        operation = bench.operation(case.spec.server_id)
        bench.node()  # asked before the outage, as a conductor has done
        with bench.backend.outage():
            with pytest.raises(BackendUnavailable) as caught:
                call.act(bench, operation, case)
            assert _has_a_sentence(caught.value)
            assert caught.value.retry_after > 0
        call.act(bench, operation, case)
        call.worked(bench, case)

    def test_reading_during_an_outage(self, bench: Bench) -> None:
        """Nor do lists turn out empty: an empty list means that there are no guests."""
        bench.spawn()
        with bench.backend.outage():
            for read in (bench.driver.list_guests, bench.driver.inventory, bench.driver.identity):
                with pytest.raises(BackendUnavailable):
                    read()
        assert bench.driver.list_guests()

    def test_damaged_image(self, bench: Bench) -> None:
        """An image that is cut off is ImageUnusable, and nothing is left of the guest."""
        spec = bench.spec(image=bench.backend.damaged_image())
        with pytest.raises(ImageUnusable):
            bench.run(bench.driver.spawn, bench.operation(spec.server_id), spec, bench.node())
        assert bench.inspect(spec) is None

    def test_missing_image(self, bench: Bench) -> None:
        """So is one that is not there."""
        spec = bench.spec(image=replace(bench.backend.image(), id=str(uuid4())))
        with pytest.raises(ImageUnusable):
            bench.run(bench.driver.spawn, bench.operation(spec.server_id), spec, bench.node())
        assert bench.inspect(spec) is None

    def test_unknown_node(self, bench: Bench) -> None:
        """A node that does not exist has no room, and nothing is left of the guest."""
        spec = bench.spec()
        with pytest.raises(NoRoom):
            bench.run(bench.driver.spawn, bench.operation(spec.server_id), spec, "no-such-node")
        assert bench.inspect(spec) is None

    def test_too_big_for_the_node(self, bench: Bench) -> None:
        """A guest bigger than its node is refused with NoRoom, and nothing is left of it."""
        node = next(node for node in bench.driver.inventory() if node.available)
        if MEMORY_MB not in node.resources:
            pytest.skip("the node's size is not counted in memory")
        memory = 2 * max(node.resources[MEMORY_MB].capacity, node.resources[MEMORY_MB].total)
        spec = bench.spec(flavor=replace(bench.backend.flavor(), memory_mb=memory))
        with pytest.raises(NoRoom):
            bench.run(bench.driver.spawn, bench.operation(spec.server_id), spec, node.name)
        assert bench.inspect(spec) is None

    @each_call
    def test_nothing_else_is_raised(self, bench: Bench, call: Call) -> None:
        """From a guest in any power state, a call succeeds or raises a DriverError with a sentence."""
        case = call.ready(bench)
        if call.here:
            bench.backend.kill(case.spec.server_id)
        refusal = None
        try:
            call.act(bench, bench.operation(case.spec.server_id), case)
        except DriverError as error:
            refusal = error
        if refusal is not None:
            assert _has_a_sentence(refusal)
            assert not isinstance(refusal, GuestNotFound)
            assert bench.power(case.spec) in {PowerState.SHUTDOWN, PowerState.CRASHED}
