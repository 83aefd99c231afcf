"""How git is run and written: commands, packs, references, maintenance."""
