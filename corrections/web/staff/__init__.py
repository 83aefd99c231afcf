"""Pages for staff: signing in, accounts, the queue, review, statistics, audits."""
