"""Places for work that only a few may do at once, counted over all workers.

Each place is a file that its holder locks, so the place of a process that dies is free again. The file names the
holder.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corrections.workers.file_lock import file_lock, try_lock

_LONGEST_HOLDER = 4096  # bytes


class NoPlace(Exception):
    """All places are taken."""


class NoPlaceForClient(NoPlace):
    """There may be a place, but not for this client, or this subject."""


class Places:
    """`count` places in a folder, `per_client` of them for one client."""

    def __init__(self, folder: Path, count: int, per_client: int) -> None:
        self._folder = folder
        self._count = count
        self._per_client = per_client

    @contextmanager
    def hold(self, client: str, subject: str = "") -> Iterator[None]:
        """Hold a place while the body runs. Raises as `take` does."""
        place = self.take(client, subject)
        try:
            yield
        finally:
            self.leave(place)

    def take(self, client: str, subject: str = "") -> int:
        """Take a place, to be given to `leave`. Two may not work on the same subject, unless it is empty.

        Raises `NoPlaceForClient` where the client has its share or the subject is in hand, `NoPlace` where all places
        are taken, `OSError`.
        """
        self._folder.mkdir(exist_ok=True)
        holder = f"{client}\n{subject}".encode()[:_LONGEST_HOLDER]
        with file_lock(self._folder / "all"):
            holders, free = [], None
            for number in range(self._count):
                path = self._folder / str(number)
                descriptor = try_lock(path)
                if descriptor is None:
                    holders.append(path.read_bytes())
                elif free is None:
                    free = descriptor
                else:
                    os.close(descriptor)
            if free is None:
                raise NoPlace
            if not self._is_allowed(holder, holders):
                os.close(free)
                raise NoPlaceForClient
            os.ftruncate(free, 0)
            os.pwrite(free, holder, 0)
            return free

    def leave(self, place: int) -> None:
        os.close(place)

    def _is_allowed(self, holder: bytes, holders: list[bytes]) -> bool:
        client, _, subject = holder.partition(b"\n")
        others = [other.partition(b"\n") for other in holders]
        is_in_hand = bool(subject) and any(other == subject for _, _, other in others)
        return not is_in_hand and sum(other == client for other, _, _ in others) < self._per_client
