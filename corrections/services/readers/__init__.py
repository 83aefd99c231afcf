"""What a reader can do after submitting a correction."""
