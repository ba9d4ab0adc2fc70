"""What shall go wrong, and when: delays, failures and the end of the process, before or after any call."""

import enum
import fnmatch
import functools
import threading
import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import msgspec

from nova.virt.fake.errors import INJECTED

P = ParamSpec("P")
R = TypeVar("R")


class Crash(SystemExit):
    """The process ends here. No driver or agent catches it, as none could survive a kill."""


class When(enum.StrEnum):
    """On which side of a call's effect a fault strikes."""

    BEFORE = "before"
    AFTER = "after"


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that goes wrong. The README says what the fields mean."""

    at: str = "*"
    when: When = When.BEFORE
    error: str = "none"
    nth: int = 1
    times: int = 1
    delay: float = 0

    def __post_init__(self) -> None:
        if self.error not in {"none", "crash", *INJECTED}:
            message = f"error {self.error!r} is none of none, crash, {', '.join(INJECTED)}"
            raise ValueError(message)


class FaultPlan:
    """Counts the calls that each fault is about, and strikes when its turn has come. Safe for threads."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._faults = faults
        self._counts = [0] * len(faults)
        self._lock = threading.Lock()

    def strike(self, call: str, when: When) -> None:
        """Do what is planned for this side of this call."""
        for index, fault in enumerate(self._faults):
            if fault.when is when and fnmatch.fnmatchcase(call, fault.at) and self._due(index, fault):
                time.sleep(fault.delay)
                if fault.error == "crash":
                    raise Crash(f"crash {when} {call}")
                if fault.error != "none":
                    raise INJECTED[fault.error](f"{when} {call}")

    def _due(self, index: int, fault: Fault) -> bool:
        with self._lock:
            self._counts[index] += 1
            past = self._counts[index] - fault.nth
            return past >= 0 and (fault.times == 0 or past < fault.times)


class HasFaults(Protocol):
    """Whose methods can be struck."""

    @property
    def faults(self) -> FaultPlan:
        """The plan."""


H = TypeVar("H", bound=HasFaults)


def driver_call(method: Callable[Concatenate[H, P], R]) -> Callable[Concatenate[H, P], R]:
    """Let faults strike before and after a method of the contract."""
    name = f"driver.{method.__name__}"

    @functools.wraps(method)
    def struck(self: H, /, *args: P.args, **kwargs: P.kwargs) -> R:
        self.faults.strike(name, When.BEFORE)
        result = method(self, *args, **kwargs)
        self.faults.strike(name, When.AFTER)
        return result

    return struck
