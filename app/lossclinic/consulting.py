"""The language model on the command line: what would be sent, its part as it arrives, and Ctrl-C."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from lossclinic.clinic import Clinic
from lossclinic.diagnosis import Diagnosis
from lossclinic.render import plain
from lossclinic_kb.errors import InputError
from lossclinic_kb.progress import Progress
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from lossclinic.llm.part import ModelPart


@dataclass(frozen=True)
class Asked:
    """What the command line says of a language model.

    Attributes:
        name: PROVIDER:MODEL, or None for none.
        preview: Whether what would be sent is shown, and nothing sent.
    """

    name: str | None = None
    base_url: str | None = None
    limits: tuple[str, ...] = ()
    preview: bool = False

    def clinic(self, embedding_model: str | None, progress: Progress | None = None) -> Clinic:
        """Return a clinic with the model that is asked for; nothing is connected yet.

        Raises:
            InputError: An argument cannot be used.
        """
        if self.name is None:
            if self.base_url or self.limits:
                raise InputError(
                    Text(
                        "--llm-base-url and --llm-limit need --llm PROVIDER:MODEL",
                        "--llm-base-url 和 --llm-limit 要和 --llm 服务商:模型 一起使用",
                    )
                )
            return Clinic(embedding_model=embedding_model, progress=progress)
        from lossclinic.llm.connect import check_name
        from lossclinic.llm.limits import read_limits

        check_name(self.name)
        return Clinic(
            embedding_model=embedding_model,
            progress=progress,
            llm=self.name,
            llm_base_url=self.base_url,
            llm_limits=read_limits(self.limits),
        )


def preview(diagnoses: Sequence[Diagnosis], words: str) -> None:
    """Print what a language model would be told of each case."""
    from lossclinic.llm.digest import digest_of

    for made in diagnoses:
        if made.status != "unreadable":
            click.echo(plain(digest_of(made, words).to_text()))


def consulted(clinic: Clinic, made: Diagnosis, words: str, *, aloud: bool) -> Diagnosis:
    """Return a diagnosis with the model's part; Ctrl-C ends only that.

    Args:
        clinic: With a language model.
        made: The answer without it.
        words: What the person wrote.
        aloud: Whether to print the part as it arrives.

    Raises:
        InputError: The address of the model has another form.
        ModelError: The package or key of its provider is missing.
    """
    if made.status == "unreadable":
        return made
    stop, printed = threading.Event(), ""
    states = clinic.consult(made, words, stop=stop)
    try:
        for made in states:  # each state replaces the one before
            if aloud and made.model is not None:
                printed = _print(made.model, printed, made)
    except KeyboardInterrupt:
        stop.set()
        made = _stopped(made, clinic.consultant.name if clinic.consultant else "")
    if aloud and made.model is not None:
        _print_end(made.model, printed, made)
    return made


def _stopped(made: Diagnosis, name: str) -> Diagnosis:
    from lossclinic.llm.part import ModelPart
    from lossclinic.llm.trouble import STOPPED

    return replace(made, model=replace(made.model or ModelPart(name), missing=STOPPED, done=True))


def _print(part: ModelPart, printed: str, made: Diagnosis) -> str:
    """Print what is new of the text; return all that is printed by now."""
    from lossclinic.llm.render import HEADING, numbered

    text = plain(numbered(part))
    if text and not printed:
        click.echo("\n" + click.style(HEADING(made.lang).format(plain(part.model)), bold=True))
    click.echo(text[len(printed) :], nl=False)
    return text


def _print_end(part: ModelPart, printed: str, made: Diagnosis) -> None:
    from lossclinic.llm.render import references, remarks

    if printed:
        click.echo()
    for cause in made.causes:
        for seen in cause.evidence:
            if seen.kind == "opinion":
                click.echo(f"  · {plain(cause.title)}: {plain(seen.text)}")
    for line in (*references(part), *remarks(part, made.lang)):
        click.echo(click.style(f"  {plain(line)}", dim=True))
