"""What operators and auditors need: audit, backup, checkpoints, redaction, retention."""
