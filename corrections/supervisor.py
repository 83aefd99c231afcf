"""The process that listens, starts the worker that serves, and starts another when that one dies."""

import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from corrections.config import STOP_SECONDS

GRACE_SECONDS = 5  # beyond `STOP_SECONDS` that a worker may take to end before it is killed
SHORT_LIFE_SECONDS = 5.0  # a worker that fails sooner could not start
MOST_FAILED_STARTS = 5  # in a row before the supervisor gives up
PAUSE_SECONDS = 0.5  # after a worker that could not start
_log = logging.getLogger("corrections.server")


class Supervisor:
    """Keeps one worker process running until it is told to stop, by SIGTERM or SIGINT."""

    def __init__(self, work: Callable[[Callable[[], bool]], None]) -> None:
        """`work` serves until SIGTERM, in a process of its own; it ends too when what it is given returns False, which
        tells whether the supervisor is still there. No thread may be running."""
        self._work = work
        self._worker = 0
        self._stopping = False

    def run(self) -> int:
        """Supervise; returns the exit status: 0 after being told to stop, 1 where no worker can be kept running."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGALRM, self._kill)
        failed_starts = 0
        while not self._stopping and failed_starts < MOST_FAILED_STARTS:
            begun = time.monotonic()
            if not self._start():
                break
            _, status = os.waitpid(self._worker, 0)
            self._worker = 0  # its number may be another process's from here on
            if self._stopping:
                break
            exit_code = os.waitstatus_to_exitcode(status)  # negative: killed by that signal
            _log.warning("the worker exited (status %d); starting a new one", exit_code)
            if exit_code > 0 and time.monotonic() - begun < SHORT_LIFE_SECONDS:
                failed_starts += 1
                time.sleep(PAUSE_SECONDS)
            else:
                failed_starts = 0
        signal.alarm(0)
        return 0 if self._stopping else 1

    def _start(self) -> bool:
        """Start a worker, unless told to stop; says whether it did."""
        supervisor = os.getpid()
        signals = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # or one of them could come before the worker's id is known
        try:
            if self._stopping:
                return False
            worker = os.fork()
            if worker == 0:
                self._run_worker(supervisor, signals)
            self._worker = worker
            return True
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)

    def _run_worker(self, supervisor: int, signals: set[signal.Signals]) -> None:
        """In the new process; never returns."""
        status = 1
        try:
            for number in (*signals, signal.SIGALRM):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
            self._work(lambda: os.getppid() == supervisor)
            status = 0
        except BaseException:
            _log.exception("the worker could not continue")
        finally:
            logging.shutdown()
            os._exit(status)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True
        self._signal_worker(signal.SIGTERM)
        signal.alarm(STOP_SECONDS + GRACE_SECONDS)

    def _kill(self, _signal: int, _frame: FrameType | None) -> None:
        self._signal_worker(signal.SIGKILL)

    def _signal_worker(self, number: signal.Signals) -> None:
        if self._worker:  # 0 would be the whole process group, this process included
            with suppress(ProcessLookupError):
                os.kill(self._worker, number)
