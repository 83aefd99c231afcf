"""Readers of the publishers' file formats: HTML fragments and whole pages to Markdown with the same words."""
