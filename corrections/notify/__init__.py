"""Mail to readers: a subscriber of the ledger, with its own cursor, never inside a request."""
