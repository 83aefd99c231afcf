"""What publications in which nothing happens cost two nodes and their PostgreSQL.

python -m benchmarks.idle_publications [PUBLICATIONS …]

By default 2 and 60 publications, after everything has been opened: connections to PostgreSQL, processes of the nodes,
their processor time, and transactions a second, all of both nodes together.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from corrections.cluster import Cluster
from corrections.services.publication import Publication
from tests import postgres
from tests.newsroom import free_port, kill, start

SIZES = (2, 60)
NODES = 2
SECONDS = 60.0
OPENED_SECONDS = 20.0  # from the start until all is open, and a second for each publication


def processes(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *(process for child in children for process in processes(int(child)))]


def processor_seconds(process: int) -> float:
    """Of a process and of its children that have ended (fields 14 to 17 of `/proc/PID/stat`)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def measure(server: postgres.Server, folder: Path, count: int) -> str:
    remote = str(folder / "git" / "{publication}.git")
    cluster = Cluster(server.url, remote)
    for number in range(count):
        Publication.create(folder / "desk", f"weekly-{number}", cluster=cluster).close()
    variables = {
        "CORRECTIONS_DATABASE": server.url, "CORRECTIONS_GIT_REMOTE": remote, "CORRECTIONS_WORKERS": "1",
        "CORRECTIONS_CONNECT_KEY": "of a benchmark, not a secret", "CORRECTIONS_SMTP": "smtp://127.0.0.1:1",
        "CORRECTIONS_URL": "https://corrections.example.org", "CORRECTIONS_MAIL_FROM": "desk@example.org",
    }  # fmt: skip
    nodes = [start(folder / f"node-{number}", free_port(), **variables) for number in range(NODES)]
    time.sleep(OPENED_SECONDS + count)
    running = [process for node in nodes for process in processes(node.pid)]
    connections = count_of(server, "FROM pg_stat_activity WHERE application_name='corrections'", "count(*)")
    spent, made, begin = sum(map(processor_seconds, running)), transactions(server), time.perf_counter()
    time.sleep(SECONDS)
    took = time.perf_counter() - begin
    spent, made = sum(map(processor_seconds, running)) - spent, transactions(server) - made
    for node in nodes:
        kill(node)
    return f"{count:>12}{connections:>13}{len(running):>11}{spent / took:>8.3f}{made / took:>23.1f}"


def transactions(server: postgres.Server) -> int:
    return count_of(server, "FROM pg_stat_database WHERE datname=current_database()", "xact_commit+xact_rollback")


def count_of(server: postgres.Server, source: str, what: str) -> int:
    return int(server.execute(f"SELECT {what} {source}")[0][0])


def main() -> None:
    print("publications  connections  processes   cores  transactions a second")
    for count in [int(word) for word in sys.argv[1:]] or SIZES:
        with postgres.running() as server, tempfile.TemporaryDirectory() as folder:
            print(measure(server, Path(folder), count), flush=True)


if __name__ == "__main__":
    main()
