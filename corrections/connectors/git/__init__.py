"""A git repository of Markdown or HTML, as static site generators have them: its files are articles, both ways."""
