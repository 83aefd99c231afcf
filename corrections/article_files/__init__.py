"""Articles in files: discovery, front matter, encodings, and the ids that they get."""
