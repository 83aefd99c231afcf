"""Articles as their publisher sends them, and their history."""
