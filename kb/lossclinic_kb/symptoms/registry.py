"""Every symptom by id, in the order in which findings are shown. The ids are a public contract."""

from __future__ import annotations

from typing import Protocol

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding
from lossclinic_kb.text import Text


class Detector(Protocol):
    """What the module of a symptom offers. Its docstring is the page of the symptom."""

    @property
    def ID(self) -> str:  # noqa: N802 - a constant of the module
        """Id of the symptom; the name of its file."""

    @property
    def TITLE(self) -> Text:  # noqa: N802 - a constant of the module
        """Short name for display."""

    def detect(self, run: Run, facts: Facts) -> Finding:
        """Look for the symptom in `run`. Pure: no I/O, nothing is changed."""


SYMPTOMS: dict[str, Detector] = {
    # the training loss: its shape
    # the training loss: values that are not numbers
    # validation
    # accuracy
    # gradient and rate
}
