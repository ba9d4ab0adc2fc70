"""Who works on which server: one at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from nova.domain.ids import ServerId


class Claims:
    """The servers that someone in this process works on. Safe for threads.

    Whoever reads what is to be done takes the claim in the same breath (`lock`), and gives it back after the result was
    reported: so nothing is done a second time because it was read before it was finished.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._taken: set[ServerId] = set()

    def take(self, server_id: ServerId) -> bool:
        """Whether the server is the caller's now; if so, it must be released."""
        with self.lock:
            free = server_id not in self._taken
            self._taken.add(server_id)
            return free

    def release(self, server_id: ServerId) -> None:
        """Let others work on it."""
        with self.lock:
            self._taken.discard(server_id)

    @contextmanager
    def taking(self, server_id: ServerId) -> Iterator[bool]:
        """Take it, if it is free, for as long as the block runs."""
        taken = self.take(server_id)
        try:
            yield taken
        finally:
            if taken:
                self.release(server_id)
