"""What the newsroom's words are: states, roles, kinds and transitions. It knows nothing of the rest."""
