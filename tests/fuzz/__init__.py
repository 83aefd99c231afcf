"""Targets of a coverage-guided fuzzer, and the small corpus that it found."""
