"""Connectors, against real servers."""
