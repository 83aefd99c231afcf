"""A node as a process of its own: `python -m tests.repo_store.node CLONE URL FIRST COUNT`.

It submits corrections FIRST, FIRST + 1 … and prints the number of each that was acknowledged; a failed one is not sent
again.
"""

import sys
from pathlib import Path

from repo_store import Remote, Store
from repo_store.errors import WriteFailed
from tests.repo_store.test_store import submitting


def main(clone: str, url: str, first: int, count: int) -> None:
    store = Store.open(Path(clone), remote=Remote(url))
    imported = next(store.entries())
    print("open", flush=True)
    for number in range(first, first + count):
        try:
            store.write(submitting(number, imported.main, imported.id))
        except WriteFailed as error:
            print(error, file=sys.stderr, flush=True)
            continue
        print(number, flush=True)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
