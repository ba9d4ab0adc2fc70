"""What the in-memory hypervisor says, and what it means in the contract: the one place where they meet."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from nova.driverapi.errors import (
    AccessDenied,
    BackendFailed,
    BackendUnavailable,
    DriverError,
    GuestNotFound,
    InProgress,
    NoRoom,
)


class HypervisorError(Exception):
    """An error of the hypervisor's own."""


class HypervisorDown(HypervisorError):
    """It does not answer."""


class NoSuchGuest(HypervisorError):
    """It has no such guest."""


class Full(HypervisorError):
    """A node has not what a guest needs."""


INJECTED: Mapping[str, Callable[[str], DriverError]] = {
    "unavailable": lambda where: BackendUnavailable(f"The in-memory hypervisor was told not to answer {where}."),
    "failed": lambda where: BackendFailed(f"The in-memory hypervisor was told to fail {where}."),
    "denied": lambda where: AccessDenied(f"The in-memory hypervisor was told to refuse access {where}."),
    "no-room": lambda where: NoRoom(f"The in-memory hypervisor was told to be full {where}."),
    "in-progress": lambda where: InProgress(f"The in-memory hypervisor was told to take its time {where}."),
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise DriverErrors in place of the hypervisor's own."""
    try:
        yield
    except HypervisorDown as error:
        raise BackendUnavailable(f"The in-memory hypervisor does not answer: {error}") from error
    except NoSuchGuest as error:
        raise GuestNotFound(f"The in-memory hypervisor has no guest of ours with the id {error}.") from error
    except Full as error:
        raise NoRoom(f"The in-memory hypervisor has no room: {error}") from error
