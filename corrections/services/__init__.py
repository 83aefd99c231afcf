"""Use cases: what readers, editors and operators do. No HTTP, no SQL, no git commands."""
