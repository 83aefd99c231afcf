"""Ours beside what people would use instead."""
