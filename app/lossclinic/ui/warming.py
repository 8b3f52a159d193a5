"""What the first answers need is loaded and drawn once before anybody waits for them."""

from __future__ import annotations

from lossclinic.clinic import Clinic
from lossclinic.plot import figure
from lossclinic.ui.parts.cards import panel
from lossclinic.ui.parts.starters import SAMPLES
from lossclinic.ui.texts.talk import QUESTIONS
from lossclinic_kb.text import LANGUAGES


def warm(clinic: Clinic) -> None:
    """Answer a question and read a log in either language: index, encoder, glossary, readers, cards and figures."""
    sample = min(SAMPLES.glob("*.csv"))
    for lang in LANGUAGES:
        clinic.ask(QUESTIONS[0](lang))
        made = clinic.diagnose(sample, lang=lang)
        panel(made)
        if made.run is not None:
            figure(made.run, made.symptoms, lang)
