"""Running one order on a driver, as far as it gets, and saying how far that was."""

import logging

from nova.compute.outcomes import failed
from nova.compute.plans import Call, Effect, steps
from nova.compute.ports import Reports
from nova.domain.errors import StaleOperation
from nova.domain.ids import ServerId
from nova.domain.operations import Failure, Operation, Order, Outcome, Result
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import DriverError

LOG = logging.getLogger(__name__)


class OrderRunner:
    """Runs orders, any number at once; the orders of one server come one after the other, which the caller sees to.

    An order can be run any number of times, by this process or the next: steps that were reported as done are passed
    over, and the one that was cut off is repeated, which the driver's contract allows.
    """

    def __init__(self, driver: ComputeDriver, reports: Reports) -> None:
        self._driver = driver
        self._reports = reports
        self._fences: dict[ServerId, int] = {}

    def run(self, order: Order) -> Outcome:
        """Run the order and report its outcome. Raises ControlUnreachable if that cannot be reported."""
        outcome = self._attempt(order)
        self._reports.finished(outcome)
        return outcome

    def _attempt(self, order: Order) -> Outcome:
        try:
            self._check_fence(order.operation)
        except StaleOperation as error:
            return Outcome(operation=order.operation, result=Result.FAILED, failure=Failure.STALE, message=str(error))
        try:
            todo = [step for step in steps(self._driver, order) if step.name not in order.done]
        except DriverError as error:
            return failed(order.operation, error)
        effect = Effect()
        for number, step in enumerate(todo, start=1):
            call = Call(self._driver, order, order.operation.at(f"{order.task.name}.{step.name}"))
            try:
                effect = step.run(call, order.task)
            except DriverError as error:
                return failed(order.operation, error)
            except Exception as error:
                LOG.exception("Operation %s, step %s: the driver broke its contract", order.operation.id, step.name)
                return failed(order.operation, error)
            if number < len(todo):
                self._reports.step_done(order.operation, step.name)
        return Outcome(
            operation=order.operation,
            result=Result.DONE,
            guest=effect.guest,
            image=effect.image,
            ticket=effect.ticket,
        )

    def _check_fence(self, operation: Operation) -> None:
        newest = self._fences.get(operation.server_id, 0)
        if operation.fence < newest:
            raise StaleOperation(operation.id, operation.fence, newest)
        self._fences[operation.server_id] = operation.fence
