"""What the public and the staff are told: the public log, statistics, exports, reports."""
