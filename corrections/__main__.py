"""`python -m corrections`."""

from corrections.cli import main

main(prog_name="corrections")
