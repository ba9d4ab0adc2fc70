"""The domain's errors. Their messages are fit for the person who asked.

::

    DomainError
    ├── InvalidValue       a value that no server, flavor, image ... may have
    ├── StateConflict      the server's state does not allow the action (HTTP 409)
    └── StaleOperation     an operation that a newer one has overtaken
"""

from collections.abc import Sequence


class DomainError(Exception):
    """A rule of the domain was broken."""


class InvalidValue(DomainError, ValueError):
    """A value out of its bounds; a ValueError, so that msgspec reports it with its place in the document."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        shown = repr(value)
        super().__init__(f"{field} is {shown if len(shown) <= 80 else shown[:77] + '...'}, expected {expected}")
        self.field = field


class StateConflict(DomainError):
    """The server's state does not allow the action. `state` names it, and `allowed` names the states that would."""

    def __init__(self, action: str, attribute: str, state: str, allowed: Sequence[str]) -> None:
        wanted = ", ".join(sorted(allowed)) or "none"
        super().__init__(f"Cannot {action} a server while its {attribute} is {state}. It can be done from: {wanted}.")
        self.action = action
        self.attribute = attribute
        self.state = state
        self.allowed = tuple(sorted(allowed))


class StaleOperation(DomainError):
    """The order comes from a holder whose lease has run out: a newer fencing token was seen for the server."""

    def __init__(self, operation: str, fence: int, newest: int) -> None:
        super().__init__(f"Operation {operation} has fencing token {fence}, and {newest} was seen already.")
