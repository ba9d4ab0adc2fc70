"""The outcomes that a driver's call can have besides success. A driver raises nothing else.

::

    DriverError
    ├── GuestNotFound          no guest of ours has this id
    ├── GuestConflict          a guest of this id exists, and it is another one
    ├── WrongPowerState        the guest's state does not allow the call
    ├── NotSupported           this backend, or this guest on it, cannot do that
    ├── InvalidRequest         no guest can be as it was asked for
    ├── NoRoom                 the node is full, gone or closed
    ├── ImageUnusable          the image is missing, damaged, or of a format that cannot be used
    ├── BackendUnavailable     the backend does not answer: to be called again later
    ├── AccessDenied           the backend refuses our credentials
    ├── InProgress             the work goes on in the backend: to be called again with the same operation
    ├── BackendFailed          the backend failed; what it left is for `inspect` to say
    └── InvalidOptions         the options of the driver's section are wrong (raised by the constructor alone)

Every message says what happened, in which backend, and what to do about it. A call that raises GuestConflict,
WrongPowerState, NotSupported, InvalidRequest, NoRoom or ImageUnusable has changed nothing.
"""

from collections.abc import Mapping


class DriverError(Exception):
    """A call's outcome other than success."""


class GuestNotFound(DriverError):
    """No guest of ours has this id. A guest that is not ours is not found either."""


class GuestConflict(DriverError):
    """A guest with this id exists, made by another operation from another flavor or image (CSI: ALREADY_EXISTS)."""


class WrongPowerState(DriverError):
    """The guest's power state does not allow the call, and is not the one that the call would lead to."""


class NotSupported(DriverError):
    """This backend, in its version and configuration, or this guest on it, cannot do that."""


class InvalidRequest(DriverError):
    """The specification contradicts itself or the backend's rules; no node could ever satisfy it."""


class NoRoom(DriverError):
    """The node lacks the resources, takes no new guests, or does not exist. Another node may do."""


class ImageUnusable(DriverError):
    """The image is missing, truncated, damaged, or in a format that this backend does not boot."""


class BackendUnavailable(DriverError):
    """The backend cannot be reached or asks for patience. Nothing is known about the work: it is to be called again."""

    def __init__(self, message: str, *, retry_after: float = 5.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AccessDenied(DriverError):
    """The backend refuses our credentials or rights. Calling again helps only after an operator has acted."""


class InProgress(DriverError):
    """The backend works on it (a deployment of bare metal takes minutes). `retry_after` in seconds."""

    def __init__(self, message: str, *, retry_after: float = 5.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BackendFailed(DriverError):
    """The backend reported a failure that none of the others describes. Its own words stand in the message."""


class InvalidOptions(DriverError):
    """The driver's configuration section is wrong. `problems` has every wrong option, not just the first."""

    def __init__(self, driver: str, problems: Mapping[str, str]) -> None:
        listed = "; ".join(f"{option}: {problem}" for option, problem in problems.items())
        super().__init__(f"[driver.{driver}] {listed}")
        self.problems = dict(problems)
