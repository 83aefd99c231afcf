"""Markdown: rendered with a source map, and edited by what a reader sees."""
