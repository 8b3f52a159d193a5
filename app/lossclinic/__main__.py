"""`python -m lossclinic` is the command line."""

from lossclinic.cli import main

main(prog_name="lossclinic")
