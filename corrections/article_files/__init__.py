"""Articles in files: which files of a folder are articles, what they say of themselves, and which ids they get."""
