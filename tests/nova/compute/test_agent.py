"""Orders, their outcomes, and what the agent says about its host."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from nova.domain import tasks
from nova.domain.ids import ServerId
from nova.domain.images import ImageTarget
from nova.domain.operations import Answer, Failure, Result
from nova.domain.states import PowerState
from nova.driverapi.capabilities import Capabilities
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import BackendUnavailable
from nova.driverapi.facets import FACETS, F, Facet
from nova.testing.conformance.harness import sample_interface, sample_volume
from tests.nova.compute.world import World
from tests.nova.doubles import BIG, new_operation


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def test_a_whole_life(world: World) -> None:
    """From spawn to destroy, with everything in between, on one agent."""
    spec = world.spec()
    big = replace(spec, flavor=BIG)
    volume = sample_volume()
    life: list[tuple[tasks.Task, PowerState | None]] = [
        (tasks.Spawn(), PowerState.RUNNING),
        (tasks.PowerOff(), PowerState.SHUTDOWN),
        (tasks.PowerOn(), PowerState.RUNNING),
        (tasks.Reboot(), PowerState.RUNNING),
        (tasks.Pause(), PowerState.PAUSED),
        (tasks.Unpause(), PowerState.RUNNING),
        (tasks.Suspend(), PowerState.SUSPENDED),
        (tasks.Resume(), PowerState.RUNNING),
        (tasks.AttachVolume(volume=volume), PowerState.RUNNING),
        (tasks.Snapshot(target=ImageTarget(id=str(uuid4()), name="copy")), PowerState.RUNNING),
        (tasks.Rescue(), PowerState.RUNNING),
        (tasks.Unrescue(), PowerState.RUNNING),
        (tasks.Resize(), PowerState.RUNNING),
        (tasks.ConfirmResize(), PowerState.RUNNING),
        (tasks.Rebuild(stopped=True), PowerState.SHUTDOWN),
        (tasks.Reboot(hard=True), PowerState.RUNNING),
        (tasks.DetachVolume(volume=volume), PowerState.RUNNING),
        (tasks.Destroy(), None),
    ]
    for task, power in life:
        outcome = world.do(big if isinstance(task, tasks.Resize | tasks.Rebuild) else spec, task)
        assert (task.name, outcome.result, outcome.message) == (task.name, Result.DONE, "")
        assert (task.name, world.power(spec)) == (task.name, power)


@pytest.mark.parametrize(
    ("error", "result", "failure", "retry_after"),
    [
        ("unavailable", Result.AGAIN, Failure.UNAVAILABLE, 5),
        ("in-progress", Result.AGAIN, None, 5),
        ("failed", Result.FAILED, Failure.BACKEND, 0),
        ("denied", Result.FAILED, Failure.DENIED, 0),
        ("no-room", Result.FAILED, Failure.NO_ROOM, 0),
    ],
)
def test_outcomes_of_driver_errors(
    world: World, error: str, result: Result, failure: Failure | None, retry_after: float
) -> None:
    """Each has its place in the control plane's words, with the driver's sentence."""
    world.start([{"at": "driver.spawn", "error": error}])
    outcome = world.do(world.spec(), tasks.Spawn())
    assert (outcome.result, outcome.failure, outcome.retry_after) == (result, failure, retry_after)
    assert outcome.message.startswith("The in-memory hypervisor was told ")
    assert bool(world.control.open) == (result is Result.AGAIN)


def test_a_wrong_state_is_refused(world: World) -> None:
    """Harmless: nothing was done."""
    spec = world.spec()
    world.do(spec, tasks.Spawn())
    world.do(spec, tasks.PowerOff())
    outcome = world.do(spec, tasks.Pause())
    assert (outcome.result, outcome.failure) == (Result.FAILED, Failure.REFUSED)
    assert outcome.message == f"Cannot pause guest {spec.server_id}: it is shutdown, and has to be running or paused."


class Bare:
    """A driver with nothing but the core."""

    def __init__(self, driver: ComputeDriver) -> None:
        self._driver = driver

    def __getattr__(self, name: str) -> object:
        return getattr(self._driver, name)

    def capabilities(self) -> Capabilities:
        return Capabilities()

    def facet(self, facet: Facet[F]) -> F | None:
        del facet
        return None


TICKET = tasks.MigrationTicket(host="h", node="n")


@pytest.mark.parametrize(
    ("task", "ability"),
    [
        (tasks.Pause(), "pause"),
        (tasks.Unpause(), "pause"),
        (tasks.Suspend(), "suspend"),
        (tasks.Resume(), "suspend"),
        (tasks.Snapshot(target=ImageTarget(id=str(uuid4()), name="x")), "snapshot"),
        (tasks.Resize(), "resize"),
        (tasks.ConfirmResize(), "resize"),
        (tasks.RevertResize(), "resize"),
        (tasks.Rescue(), "rescue"),
        (tasks.Unrescue(), "rescue"),
        (tasks.AttachVolume(volume=sample_volume()), "volume attach"),
        (tasks.DetachVolume(volume=sample_volume()), "volume attach"),
        (tasks.AttachInterface(interface=sample_interface()), "interface attach"),
        (tasks.DetachInterface(interface=sample_interface()), "interface attach"),
        (tasks.SetPassword(password="x"), "admin password"),
        (tasks.CrashDump(), "crash dump"),
        (tasks.PrepareMove(), "cold migration"),
        (tasks.SendGuest(ticket=TICKET), "cold migration"),
        (tasks.ReceiveGuest(ticket=TICKET), "cold migration"),
        (tasks.ConfirmMove(), "cold migration"),
        (tasks.RevertMove(), "cold migration"),
        (tasks.PrepareLive(), "live migration"),
        (tasks.MigrateLive(ticket=TICKET), "live migration"),
        (tasks.FinishLive(), "live migration"),
        (tasks.RollBackLive(), "live migration"),
    ],
    ids=lambda each: each.name if not isinstance(each, str) else "",
)
def test_a_missing_facet_is_an_outcome(task: tasks.Task, ability: str) -> None:
    """A sentence with the driver's name, and no exception."""
    world = World(wrap=Bare)  # type: ignore[arg-type]  # it delegates the rest
    spec = world.spec()
    world.do(spec, tasks.Spawn())
    outcome = world.do(spec, task)
    name = world.raw_driver().identity().name
    assert (outcome.result, outcome.failure) == (Result.FAILED, Failure.UNSUPPORTED)
    assert outcome.message == f"The driver {name} does not support {ability}, which {task.name} needs."
    assert world.power(spec) is PowerState.RUNNING
    world.close()


def test_questions_without_a_facet() -> None:
    """The same for what changes nothing."""
    world = World(wrap=Bare)  # type: ignore[arg-type]  # it delegates the rest
    nobody = ServerId(str(uuid4()))
    queries = world.agent.queries
    answers: list[Answer[Any]] = [
        queries.console_output(nobody, 1),
        queries.remote_console(nobody, "vnc"),
        queries.diagnostics(nobody),
        queries.live_progress(nobody),
    ]
    assert {answer.failure for answer in answers} == {Failure.UNSUPPORTED}
    world.close()


def test_questions(world: World) -> None:
    """Values, or the reason why there is none."""
    spec = world.spec()
    world.do(spec, tasks.Spawn())
    queries = world.agent.queries
    assert queries.inspect(spec.server_id).value == world.guest(spec)
    assert queries.console_output(spec.server_id, 1).value == b"login: \n"
    endpoint = queries.remote_console(spec.server_id, "vnc").value
    assert endpoint is not None
    assert endpoint.port
    figures = queries.diagnostics(spec.server_id).value
    assert figures is not None
    assert figures.power is PowerState.RUNNING
    progress = queries.live_progress(spec.server_id).value
    assert progress is not None
    assert not progress.running
    assert queries.inspect(ServerId(str(uuid4()))).failure is Failure.MISSING


def test_a_defect_of_the_driver_does_not_leak(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """An exception that the contract does not know ends that order alone, and is logged."""

    class Broken(Bare):
        def spawn(self, *_: object) -> object:
            raise ZeroDivisionError("division by zero")

    broken = World(wrap=Broken)  # type: ignore[arg-type]  # it delegates the rest
    outcome = broken.do(broken.spec(), tasks.Spawn())
    assert (outcome.result, outcome.failure) == (Result.FAILED, Failure.DEFECT)
    assert outcome.message == "The driver broke its contract: ZeroDivisionError: division by zero"
    assert "the driver broke its contract" in caplog.text
    broken.close()


def test_orders_of_one_server_in_turn(world: World) -> None:
    """They are run in the order in which they stand; after one that failed, the rest waits for the conductor."""
    spec, other = world.spec(), world.spec()
    for task in (tasks.Spawn(), tasks.PowerOff(), tasks.Pause(), tasks.PowerOn()):
        world.order(spec, task)
    world.order(other, tasks.Spawn())
    outcomes = world.agent.work()
    assert [each.result for each in outcomes if each.operation.server_id == spec.server_id] == [
        Result.DONE,
        Result.DONE,
        Result.FAILED,
    ]
    assert (world.power(spec), world.power(other)) == (PowerState.SHUTDOWN, PowerState.RUNNING)
    assert [order.task for order in world.control.open] == [tasks.PowerOn()]


def test_an_order_that_waits_is_left_alone_until_its_time(world: World) -> None:
    """No pass asks the backend again too early."""
    world.start([{"at": "driver.spawn", "error": "in-progress", "times": 2}])
    spec = world.spec()
    world.order(spec, tasks.Spawn())
    results = []
    for _ in range(6):
        results.append([each.result.value for each in world.agent.work()])
        world.now += 2.5
    assert results == [["again"], [], ["again"], [], ["done"], []]


def test_an_order_is_not_lost_when_its_answer_is(world: World) -> None:
    """The answer did not get through, so the order is run again, with no second effect."""
    spec = world.spec()
    order = world.order(spec, tasks.Spawn())
    world.control.answers_get_lost = True
    assert world.agent.work() == ()
    assert world.power(spec) is PowerState.RUNNING
    world.control.answers_get_lost = False
    before = world.agent.queries.console_output(spec.server_id, None)
    assert [outcome.operation for outcome in world.agent.work()] == [order.operation]
    assert world.agent.queries.console_output(spec.server_id, None) == before


def test_a_stale_holder_is_refused(world: World) -> None:
    """An order with an older fencing token than was seen is not run."""
    spec = world.spec()
    world.do(spec, tasks.Spawn(), operation=new_operation(spec.server_id, fence=7))
    stale = new_operation(spec.server_id, fence=6)
    outcome = world.do(spec, tasks.Destroy(), operation=stale)
    assert (outcome.result, outcome.failure) == (Result.FAILED, Failure.STALE)
    assert outcome.message == f"Operation {stale.id} has fencing token 6, and 7 was seen already."
    assert world.power(spec) is PowerState.RUNNING


@pytest.mark.parametrize(
    ("faults", "problem"),
    [
        ([], ""),
        (
            [{"at": "driver.inventory", "error": "denied"}],
            "The in-memory hypervisor was told to refuse access before driver.inventory.",
        ),
    ],
)
def test_facts(world: World, faults: list[Mapping[str, object]], problem: str) -> None:
    """What the host has, or why it cannot be said; what the driver can do is known in any case."""
    world.start(faults)
    facts = world.agent.report_facts()
    assert world.control.host_facts == [facts]
    assert (facts.host, facts.problem, bool(facts.nodes)) == (world.host, problem, not problem)
    assert facts.abilities == {facet.name for facet in FACETS}


def test_a_backend_that_is_down_at_the_start(world: World) -> None:
    """The agent starts all the same, and works once the backend is there."""
    world.start([{"at": "driver.recover", "error": "unavailable"}])
    world.order(world.spec(), tasks.Spawn())
    with pytest.raises(BackendUnavailable):
        world.agent.work()
    assert [outcome.result for outcome in world.agent.work()] == [Result.DONE]


def test_passes_overlap(world: World) -> None:
    """While one pass is in a long order, another runs what has come since, and leaves that server alone."""
    world.start([{"at": "driver.spawn", "delay": 0.4}])
    slow, quick = world.spec(), world.spec()
    world.order(slow, tasks.Spawn())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(world.agent.work)
        time.sleep(0.1)
        world.order(slow, tasks.PowerOff())
        world.order(quick, tasks.Spawn())
        assert [outcome.operation.server_id for outcome in world.agent.work()] == [quick.server_id]
        assert not first.done()
        assert [outcome.result for outcome in first.result()] == [Result.DONE]
    assert [outcome.result for outcome in world.agent.work()] == [Result.DONE]
    assert world.power(slow) is PowerState.SHUTDOWN


def test_many_passes_at_once_do_everything_once(world: World) -> None:
    """A spawn that another pass has read before it was done is not done again after the destroy that followed."""
    specs = [world.spec() for _ in range(20)]
    for spec in specs:
        for task in (tasks.Spawn(), tasks.PowerOff(), tasks.Destroy()):
            world.order(spec, task)
    with ThreadPoolExecutor(4) as pool:
        passes = [pool.submit(world.agent.work) for _ in range(8)]
        outcomes = [outcome for each in passes for outcome in each.result()]
    assert len(outcomes) == len({outcome.operation.id for outcome in outcomes}) == 60
    assert world.raw_driver().list_guests() == ()
