"""From a selector to its place in a text."""
