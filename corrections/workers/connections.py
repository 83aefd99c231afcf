"""How many connections each worker has, and each network at all workers together."""

import mmap
import zlib
from collections import Counter
from collections.abc import Mapping

_BUCKETS = 1 << 16  # two networks in one bucket are counted as one: with 1,000 connections, a rare thing
_BYTES = 2  # a count
_MOST = (1 << (8 * _BYTES)) - 1
_LOAD_BYTES = 4  # the connections of a worker and one more; 0: there is no worker in that row


class ConnectionCounts:
    """Memory shared by all workers: each writes its own row, and reads all. Create it before they are forked."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._memory = mmap.mmap(-1, rows * _BUCKETS * _BYTES)
        self._loads = mmap.mmap(-1, rows * _LOAD_BYTES)

    def clear(self, row: int) -> None:
        """Forget what a process counted that is no more."""
        self._memory[self._place(row, 0) : self._place(row + 1, 0)] = bytes(_BUCKETS * _BYTES)
        self.write_load(row, None)

    def row(self, row: int) -> "WorkerConnections":
        return WorkerConnections(self, row)

    def read(self, bucket: int) -> int:
        """The connections of a bucket's networks, at all workers."""
        return sum(self._get(row, bucket) for row in range(self._rows))

    def write(self, row: int, bucket: int, count: int) -> None:
        place = self._place(row, bucket)
        self._memory[place : place + _BYTES] = min(count, _MOST).to_bytes(_BYTES, "little")

    def load(self, row: int) -> int | None:
        """The connections of the worker in a row; None where none accepts any there."""
        place = row * _LOAD_BYTES
        stored = int.from_bytes(self._loads[place : place + _LOAD_BYTES], "little")
        return stored - 1 if stored else None

    def least_load(self, but: int) -> int | None:
        """The fewest connections that a worker has in another row than `but`; None where no other accepts any."""
        loads = (self.load(row) for row in range(self._rows) if row != but)
        return min((load for load in loads if load is not None), default=None)

    def write_load(self, row: int, count: int | None) -> None:
        place = row * _LOAD_BYTES
        self._loads[place : place + _LOAD_BYTES] = (0 if count is None else count + 1).to_bytes(_LOAD_BYTES, "little")

    def _get(self, row: int, bucket: int) -> int:
        place = self._place(row, bucket)
        return int.from_bytes(self._memory[place : place + _BYTES], "little")

    @staticmethod
    def _place(row: int, bucket: int) -> int:
        return (row * _BUCKETS + bucket) * _BYTES


class WorkerConnections:
    """The row of one worker."""

    def __init__(self, counts: ConnectionCounts, row: int) -> None:
        self._counts = counts
        self._row = row
        self._written: set[int] = set()

    def clear(self) -> None:
        """Forget what a process counted here that is no more."""
        self._counts.clear(self._row)

    def update(self, networks: Mapping[str, int]) -> None:
        """Publish how many connections each network holds at this worker."""
        buckets: Counter[int] = Counter()
        for network, count in networks.items():
            buckets[_bucket(network)] += count
        for bucket in self._written | buckets.keys():
            self._counts.write(self._row, bucket, buckets[bucket])
        self._written = set(buckets)

    def publish_load(self, count: int | None) -> None:
        """Tell the other workers how many connections this one has; None: it accepts no more."""
        self._counts.write_load(self._row, count)

    def has_more_than_another(self, count: int) -> bool:
        """Whether another worker accepts connections and has fewer than `count`."""
        least = self._counts.least_load(self._row)
        return least is not None and least < count

    def total(self, network: str) -> int:
        """The connections that a network holds at all workers."""
        return self._counts.read(_bucket(network))


def _bucket(network: str) -> int:
    return zlib.crc32(network.encode()) % _BUCKETS
