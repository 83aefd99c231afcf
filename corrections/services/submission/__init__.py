"""How a reader's correction comes in: checked, anchored, held back or queued."""
