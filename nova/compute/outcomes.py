"""What a driver's errors mean to the control plane: the one table."""

from collections.abc import Mapping
from types import MappingProxyType

from nova.domain.operations import Failure, Operation, Outcome, Result
from nova.driverapi import errors

FAILURES: Mapping[type[errors.DriverError], Failure] = MappingProxyType(
    {
        errors.GuestNotFound: Failure.MISSING,
        errors.GuestConflict: Failure.REFUSED,
        errors.WrongPowerState: Failure.REFUSED,
        errors.NotSupported: Failure.UNSUPPORTED,
        errors.InvalidRequest: Failure.REFUSED,
        errors.NoRoom: Failure.NO_ROOM,
        errors.ImageUnusable: Failure.BAD_IMAGE,
        errors.BackendUnavailable: Failure.UNAVAILABLE,
        errors.AccessDenied: Failure.DENIED,
        errors.InProgress: Failure.UNAVAILABLE,
        errors.BackendFailed: Failure.BACKEND,
    }
)


def failure_of(error: Exception) -> Failure:
    """Why it failed; DEFECT for an exception that the contract does not know."""
    return next((failure for kind, failure in FAILURES.items() if isinstance(error, kind)), Failure.DEFECT)


def message_of(error: Exception) -> str:
    """The driver's sentence; for an exception that the contract does not know, what that was."""
    if isinstance(error, errors.DriverError):
        return str(error)
    return f"The driver broke its contract: {type(error).__name__}: {error}"


def failed(operation: Operation, error: Exception) -> Outcome:
    """The outcome of an order whose driver call raised: given again where waiting helps, failed otherwise."""
    again = isinstance(error, errors.BackendUnavailable | errors.InProgress)
    return Outcome(
        operation=operation,
        result=Result.AGAIN if again else Result.FAILED,
        failure=None if isinstance(error, errors.InProgress) else failure_of(error),
        message=message_of(error),
        retry_after=error.retry_after if isinstance(error, errors.BackendUnavailable | errors.InProgress) else 0,
    )
