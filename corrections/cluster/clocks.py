"""The clock of this machine beside the database's, which all nodes have: an event's time cannot be taken back."""

from time import time

from corrections.cluster.pool import database_name
from corrections.cluster.unavailable import DatabaseUnavailable

CLOCK_SECONDS = 60  # that the two may differ
DATABASE_TIME = "extract(epoch FROM clock_timestamp())"  # SQL: seconds since 1970


def check_clock(database_time: float, url: str) -> None:
    """Compare with what `DATABASE_TIME` gave just now. Raises `DatabaseUnavailable` where nothing may be written."""
    difference = time() - float(database_time)
    if abs(difference) > CLOCK_SECONDS:
        direction = "ahead of" if difference > 0 else "behind"
        raise DatabaseUnavailable(
            f"The clock of this machine is {abs(difference):,.0f} seconds {direction} that of the database "
            f"{database_name(url)}. Nothing is written until they agree: synchronize both with NTP."
        )
