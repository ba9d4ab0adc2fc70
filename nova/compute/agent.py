"""The agent of one host: puts the use cases together. Who calls them, and when, is the process's affair."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import msgspec

from nova.compute import facts
from nova.compute.claims import Claims
from nova.compute.ports import ControlUnreachable, DesiredState, Reports
from nova.compute.queries import Queries
from nova.compute.reconcile import Policy, Reconciler
from nova.compute.runner import OrderRunner
from nova.domain.assignments import Drift
from nova.domain.hosts import HostFacts
from nova.domain.ids import OperationId, ServerId
from nova.domain.operations import Order, Outcome, Result
from nova.driverapi.driver import ComputeDriver


def _new_id() -> OperationId:
    return OperationId(str(uuid4()))


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The agent's own settings. `workers` orders are run at once."""

    host: str
    driver_name: str
    workers: int = 8
    policy: Policy = Policy()


class HostAgent:
    """Runs the orders of one host, reports its facts, and keeps its guests as they should be.

    Every method does one pass and returns; the process calls them at intervals and when it is nudged. All raise
    DriverError and ControlUnreachable when nothing could be done; the next pass makes up for it.
    """

    def __init__(
        self,
        driver: ComputeDriver,
        desired: DesiredState,
        reports: Reports,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.queries = Queries(driver)
        self._driver = driver
        self._desired = desired
        self._reports = reports
        self._settings = settings
        self._clock = clock
        self._claims = Claims()
        self._runner = OrderRunner(driver, reports)
        self._reconciler = Reconciler(driver, desired, settings.policy, _new_id)
        self._pool = ThreadPoolExecutor(settings.workers, thread_name_prefix=f"orders-{settings.host}")
        self._not_before: dict[str, float] = {}
        self._recovered = False

    def recover(self) -> None:
        """Tell the driver what was under way when the last agent of this host ended. Once; other passes see to it."""
        with self._claims.lock:
            if not self._recovered:
                self._driver.recover([order.operation for order in self._desired.orders()])
                self._recovered = True

    def work(self) -> tuple[Outcome, ...]:
        """Run the open orders: servers side by side, the orders of one server in turn until one is not done.

        An order that is to wait is left out until its time has come, and so are those of servers that another pass is
        working on: passes may overlap, so that a long order does not keep the others waiting.
        """
        self.recover()
        queues = self._take_orders()
        return tuple(outcome for outcomes in self._pool.map(self._run_queue, queues) for outcome in outcomes)

    def report_facts(self) -> HostFacts:
        """Gather the host's facts, and report them."""
        gathered = facts.gather(self._driver, self._settings.host, self._settings.driver_name)
        self._reports.facts(gathered)
        return gathered

    def reconcile(self) -> tuple[Drift, ...]:
        """Compare guests with assignments, set right what is safe, and report the differences."""
        self.recover()
        drifts = self._reconciler.compare(self._claims)
        self._reports.drifts(drifts)
        return drifts

    def close(self) -> None:
        """Let running orders end, then close the driver. Guests go on."""
        self._pool.shutdown()
        self._driver.close()

    def _take_orders(self) -> tuple[list[Order], ...]:
        with self._claims.lock:
            queues: dict[ServerId, list[Order]] = {}
            orders = self._desired.orders()
            for order in orders:
                queues.setdefault(order.operation.server_id, []).append(order)
            keys = {order.operation.key for order in orders}
            self._not_before = {key: due for key, due in self._not_before.items() if key in keys}
            return tuple(queue for server_id, queue in queues.items() if self._claims.take(server_id))

    def _run_queue(self, queue: list[Order]) -> list[Outcome]:
        try:
            return list(self._run_in_turn(queue))
        finally:
            self._claims.release(queue[0].operation.server_id)

    def _run_in_turn(self, queue: list[Order]) -> Iterator[Outcome]:
        for order in queue:
            key = order.operation.key
            with self._claims.lock:
                due = self._clock() >= self._not_before.get(key, 0)
            if not due:
                return
            try:
                outcome = self._runner.run(order)
            except ControlUnreachable:
                return
            if outcome.result is Result.AGAIN:
                with self._claims.lock:
                    self._not_before[key] = self._clock() + outcome.retry_after
            yield outcome
            if outcome.result is not Result.DONE:
                return
