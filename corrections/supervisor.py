"""The process that listens, starts the workers that serve, and starts another for each that dies."""

import logging
import os
import select
import signal
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

from corrections.config import STOP_SECONDS

GRACE_SECONDS = 5  # beyond `STOP_SECONDS` that a worker may take to end before it is killed
START_SECONDS = 120.0  # that a worker may take until it serves, before another one takes its place
SHORT_LIFE_SECONDS = 5.0  # a worker that fails sooner could not start
MOST_FAILED_STARTS = 5  # in a row before the supervisor gives up
PAUSE_SECONDS = 0.5  # after a worker that could not start
POLL_SECONDS = 1.0  # between looks at deadlines
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_log = logging.getLogger("corrections.server")


@dataclass(frozen=True)
class WorkerContext:
    """What a worker is given: its `row`, a number that no other living worker has; `should_run`, which is False once
    the supervisor is gone; `ready`, to be called when it serves."""

    row: int
    should_run: Callable[[], bool]
    ready: Callable[[], None]


@dataclass
class _Worker:
    process: int
    row: int
    readiness: int  # the reading end of a pipe, to which it writes when it serves
    replaces: int | None  # the process that ends once this one serves
    started_at: float = field(default_factory=time.monotonic)
    is_ready: bool = False
    kill_at: float | None = None  # it was told to end, and is killed at this time


class Supervisor:
    """Keeps worker processes running until it is told to stop, by SIGTERM or SIGINT.

    SIGHUP replaces them one by one: each new one serves before the old one stops, so that no request is refused.
    """

    def __init__(
        self,
        work: Callable[[WorkerContext], None],
        count: int = 1,
        ended: Callable[[int], None] = lambda row: None,
        start_seconds: float = START_SECONDS,
    ) -> None:
        """`work` serves until SIGTERM, in a process of its own; `ended` is told the row of each that is no more.

        A worker that does not serve after `start_seconds` is killed. No thread may be running.
        """
        self._work = work
        self._start_seconds = start_seconds
        self._ended = ended
        self._count = count
        self._workers: dict[int, _Worker] = {}  # by process
        self._replacing: deque[int] = deque()  # processes to be replaced, one after the other
        self._stopping = self._restarting = False
        self._failed_starts = 0
        self._start_at = 0.0  # no worker starts before this time

    @property
    def rows(self) -> int:
        """How many rows there can be: while one worker is replaced, both live."""
        return self._count + 1

    def run(self) -> int:
        """Supervise; returns the exit status: 0 after being told to stop, 1 where no worker can be kept running."""
        wakeup, waking = os.pipe()
        for end in (wakeup, waking):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        for number in _SIGNALS:
            signal.signal(number, self._note_signal)
        while not self._is_over():
            self._keep_running()
            self._wait(wakeup)
            self._reap()
            self._kill_late()
        return 0 if self._stopping else 1

    def _is_over(self) -> bool:
        if self._failed_starts >= MOST_FAILED_STARTS and not self._stopping:
            self._stop_all()
            return not self._workers
        return self._stopping and not self._workers

    def _keep_running(self) -> None:
        """Start what is missing, or tell all to end, or replace the next one."""
        if self._stopping:
            self._stop_all()
            return
        if self._failed_starts >= MOST_FAILED_STARTS or time.monotonic() < self._start_at:
            return
        if self._restarting:
            self._restarting = False
            self._replacing = deque(self._workers)
        lasting = [worker for worker in self._workers.values() if worker.replaces is None and worker.kill_at is None]
        for _ in range(self._count - len(lasting)):
            self._start()
        self._replace_next()

    def _replace_next(self) -> None:
        if any(worker.replaces is not None or worker.kill_at is not None for worker in self._workers.values()):
            return  # one at a time
        while self._replacing:
            process = self._replacing.popleft()
            if process in self._workers:
                self._start(replaces=process)
                return

    def _wait(self, wakeup: int) -> None:
        """Wait for a signal, a worker that is ready, or the next look."""
        waiting = {worker.readiness: worker for worker in self._workers.values() if not worker.is_ready}
        pause = max(0.0, min(POLL_SECONDS, self._start_at - time.monotonic())) or POLL_SECONDS
        readable, _, _ = select.select([wakeup, *waiting], [], [], pause)
        for descriptor in readable:
            if descriptor == wakeup:
                with suppress(BlockingIOError):
                    os.read(wakeup, 4096)
            elif os.read(descriptor, 1):
                self._note_ready(waiting[descriptor])
            else:
                waiting[descriptor].is_ready = True  # it has ended; `_reap` says how

    def _note_ready(self, worker: _Worker) -> None:
        worker.is_ready = True
        if worker.replaces is not None:
            replaced = self._workers.get(worker.replaces)
            worker.replaces = None
            if replaced is not None:
                self._stop(replaced)

    def _reap(self) -> None:
        for worker in list(self._workers.values()):
            process, status = os.waitpid(worker.process, os.WNOHANG)
            if process == 0:
                continue
            del self._workers[process]
            os.close(worker.readiness)
            self._ended(worker.row)
            if worker.kill_at is None:
                self._note_death(worker, os.waitstatus_to_exitcode(status))

    def _note_death(self, worker: _Worker, exit_code: int) -> None:
        """A worker ended that was not told to; `exit_code` is negative where a signal killed it."""
        if self._stopping:
            return
        lived = time.monotonic() - worker.started_at
        if worker.replaces is not None:
            _log.error("a new worker exited (status %d) before it served; the others go on as they are", exit_code)
            self._replacing.clear()
            return
        _log.warning("a worker exited (status %d); starting a new one", exit_code)
        if exit_code > 0 and lived < SHORT_LIFE_SECONDS:
            self._failed_starts += 1
            self._start_at = time.monotonic() + PAUSE_SECONDS
        else:
            self._failed_starts = 0

    def _start(self, replaces: int | None = None) -> None:
        """Start a worker, unless told to stop."""
        row = next(row for row in range(self.rows) if all(worker.row != row for worker in self._workers.values()))
        supervisor = os.getpid()
        reading, writing = os.pipe()
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # or one of them could come before the worker's id is known
        try:
            process = os.fork()
            if process == 0:
                self._run_worker(
                    WorkerContext(row, lambda: os.getppid() == supervisor, lambda: _write_ready(writing)), reading
                )
            self._workers[process] = _Worker(process, row, reading, replaces)
        finally:
            os.close(writing)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def _run_worker(self, context: WorkerContext, reading: int) -> None:
        """In the new process; never returns."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal sends it to all; only the supervisor acts on it
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            for descriptor in (reading, *(worker.readiness for worker in self._workers.values())):
                os.close(descriptor)
            self._work(context)
            status = 0
        except BaseException:
            _log.exception("the worker could not continue")
        finally:
            logging.shutdown()
            os._exit(status)

    def _note_signal(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._restarting = True
        elif number != signal.SIGCHLD:
            self._stopping = True

    def _stop_all(self) -> None:
        for worker in self._workers.values():
            if worker.kill_at is None:
                self._stop(worker)

    def _stop(self, worker: _Worker) -> None:
        worker.kill_at = time.monotonic() + STOP_SECONDS + GRACE_SECONDS
        _signal(worker, signal.SIGTERM)

    def _kill_late(self) -> None:
        now = time.monotonic()
        for worker in self._workers.values():
            if worker.kill_at is not None and now > worker.kill_at:
                _signal(worker, signal.SIGKILL)
            elif worker.kill_at is None and not worker.is_ready and now > worker.started_at + self._start_seconds:
                _log.error("a worker did not serve within %g seconds; killing it", self._start_seconds)
                _signal(worker, signal.SIGKILL)


def _signal(worker: _Worker, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(worker.process, number)


def _write_ready(descriptor: int) -> None:
    with suppress(OSError):
        os.write(descriptor, b"1")
