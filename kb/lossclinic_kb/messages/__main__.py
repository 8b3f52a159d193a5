"""`python -m lossclinic_kb.messages` prints the catalogue as the tables of `docs/messages.md`."""

import click

from lossclinic_kb.messages.page import table

if __name__ == "__main__":
    click.echo(table(), nl=False)
