"""What several machines share: PostgreSQL in place of the private stores' files. Needs `corrections[cluster]`."""

from corrections.cluster.cluster import Cluster
from corrections.cluster.unavailable import DatabaseUnavailable

__all__ = ["Cluster", "DatabaseUnavailable"]
