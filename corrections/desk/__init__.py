"""The use cases: the one place where store, index and private store meet. No HTTP, no SQL, no git commands."""
