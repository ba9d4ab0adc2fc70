"""The agent dies at every call, before and after it, in every task; the next agent ends it as if nothing had been."""

from collections.abc import Callable
from typing import get_args

import pytest

from nova.domain import tasks
from nova.domain.operations import Outcome, Result
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import BackendUnavailable
from nova.driverapi.facets import REBUILD, F, Facet
from tests.nova.compute.scenarios import SCENARIOS, Scenario, Stage, seen
from tests.nova.compute.world import World

each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
each_side = pytest.mark.parametrize("when", ["before", "after"])
CALLS = 40


def _undisturbed(stage: Stage) -> Outcome:
    outcome = stage.world.do(stage.spec, stage.task)
    assert outcome.result is Result.DONE, outcome.message
    return outcome


def _close(stage: Stage) -> None:
    for world in stage.worlds():
        world.close()


def test_every_task_has_a_scenario() -> None:
    """So that a new one is tested here too."""
    kinds = {type(scenario.stage().task) for scenario in SCENARIOS}
    assert kinds == set(get_args(tasks.Task))


@each_scenario
def test_done(scenario: Scenario) -> None:
    """Without a crash."""
    stage = scenario.stage()
    _undisturbed(stage)
    assert seen(stage.world.guest(stage.spec)) == scenario.expected
    assert stage.world.control.open == []
    _close(stage)


@each_scenario
@each_side
def test_crash_at_every_call(scenario: Scenario, when: str) -> None:
    """Each call of the task is the one at which the process ends; the order is run again by the next agent."""
    crashes = 0
    undisturbed = scenario.stage()
    _undisturbed(undisturbed)
    for nth in range(1, CALLS):
        stage = scenario.stage()
        crashed = _crash(stage, nth, when)
        crashes += crashed
        stage.world.start()
        stage.world.agent.work()
        last = stage.world.control.outcomes[-1]
        assert (last.result, last.message) == (Result.DONE, ""), f"after a crash {when} call {nth}"
        assert seen(stage.world.guest(stage.spec)) == scenario.expected, f"after a crash {when} call {nth}"
        assert _printed(stage) == _printed(undisturbed), f"other boots than without a crash {when} call {nth}"
        listed = [guest.server_id for guest in stage.world.raw_driver().list_guests()]
        assert listed.count(stage.spec.server_id) == (0 if scenario.expected is None else 1)
        assert stage.world.control.open == []
        _close(stage)
        if not crashed:
            break
    _close(undisturbed)
    assert crashes, "the fault never struck"
    assert crashes < CALLS - 1, "there are more calls than were tried"


def _printed(stage: Stage) -> bytes | None:
    """What the guest printed: a line for each of its boots."""
    return stage.world.agent.queries.console_output(stage.spec.server_id, None).value


def _crash(stage: Stage, nth: int, when: str) -> bool:
    stage.world.start([{"at": "*", "when": when, "nth": nth, "error": "crash"}])
    stage.world.order(stage.spec, stage.task)
    try:
        stage.world.agent.work()
    except SystemExit:
        return True
    return False


@each_scenario
@each_side
def test_outage_at_every_call(scenario: Scenario, when: str) -> None:
    """A backend that fails to answer once leaves the order open, and the next pass ends it."""
    for nth in range(1, CALLS):
        stage = scenario.stage()
        world = stage.world
        world.start([{"at": "*", "when": when, "nth": nth, "error": "unavailable"}])
        order = world.order(stage.spec, stage.task)
        try:
            struck = [outcome.result for outcome in world.agent.work()] == [Result.AGAIN]
        except BackendUnavailable:
            struck = True
        assert bool(world.control.open) == struck
        world.now += 1000
        world.agent.work()
        assert world.control.outcomes[-1].operation == order.operation
        assert world.control.outcomes[-1].result is Result.DONE, world.control.outcomes[-1].message
        assert seen(world.guest(stage.spec)) == scenario.expected, f"after an outage {when} call {nth}"
        _close(stage)
        if not struck:
            break


class WithoutRebuild:
    """A driver that lacks one facet: the core makes do with what there is."""

    def __init__(self, driver: ComputeDriver) -> None:
        self._driver = driver

    def __getattr__(self, name: str) -> object:
        return getattr(self._driver, name)

    def facet(self, facet: Facet[F]) -> F | None:
        return None if facet is REBUILD else self._driver.facet(facet)


@each_side
@pytest.mark.parametrize("stopped", [False, True])
def test_rebuild_of_several_steps(when: str, stopped: bool) -> None:
    """Destroy, spawn, and stop: wherever it is cut off, each step that was reported is not done again."""
    wrap: Callable[[ComputeDriver], ComputeDriver] = WithoutRebuild  # type: ignore[assignment]  # it delegates the rest
    expected = next(each.expected for each in SCENARIOS if each.name == ("power-off" if stopped else "power-on"))
    for nth in range(1, CALLS):
        world = World(wrap=wrap)
        spec = world.spec()
        world.do(spec, tasks.Spawn())
        stage = Stage(world, spec, tasks.Rebuild(stopped=stopped))
        crashed = _crash(stage, nth, when)
        world.start()
        world.agent.work()
        assert world.control.outcomes[-1].result is Result.DONE
        assert seen(world.guest(spec)) == expected, f"after a crash {when} call {nth}"
        _close(stage)
        if not crashed:
            assert nth > 5
            break
