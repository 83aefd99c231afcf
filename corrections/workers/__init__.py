"""What the worker processes of one service share: counters, places, locks. In the memory of the machine, where it has
such a folder; gone when the service stops."""
