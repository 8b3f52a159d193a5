"""The page that puts two runs side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from lossclinic.clinic import Clinic
from lossclinic.diagnosis import Diagnosis
from lossclinic.overlay import LETTERS, overlay
from lossclinic.ui import texts
from lossclinic.ui.parts.comparison import comparison
from lossclinic.ui.parts.labels import Labels, labelled
from lossclinic.ui.parts.prose import safe
from lossclinic.ui.parts.starters import SAMPLES
from lossclinic_kb.errors import LossclinicError
from lossclinic_kb.text import Lang

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}
EXAMPLE = (SAMPLES / "healthy.csv", SAMPLES / "validation-climbs.csv")


@dataclass(frozen=True)
class Compared:
    """Two diagnosed runs, or why there are none."""

    runs: tuple[Diagnosis, Diagnosis] | None = None
    problem: str = ""

    def speak(self, lang: Lang) -> Compared:
        """Return the same in a language."""
        if self.runs is None:
            return self
        return replace(self, runs=(self.runs[0].in_language(lang), self.runs[1].in_language(lang)))


class ComparePage:
    """The page.

    Attributes:
        compared: The state that holds the two runs.
        seen: What `show` is about, in its order.
    """

    def __init__(self, clinic: Clinic, language: gr.Radio, labels: Labels) -> None:
        self.clinic = clinic
        self.compared = gr.State(Compared())
        labels.add(gr.HTML(_intro("en")), _intro)
        with gr.Row(elem_classes="lc-own-drop"):
            files = [
                labels.add(
                    gr.File(label=_label(letter, "en"), height=140, elem_id=f"lc-run-{letter}"),
                    labelled(label=partial(_label, letter)),
                )
                for letter in LETTERS
            ]
        with gr.Row(elem_classes="lc-tools"):
            go = labels.add(
                gr.Button(texts.pages.COMPARE("en"), variant="primary", size="sm", elem_id="lc-compare"),
                labelled(value=texts.pages.COMPARE),
            )
            example = labels.add(
                gr.Button(texts.pages.COMPARE_EXAMPLE("en"), size="sm"),
                labelled(value=texts.pages.COMPARE_EXAMPLE),
            )
        self.plot = gr.Plot(visible=False, show_label=False, label=texts.run.PLOT("en"), elem_id="lc-overlay")
        self.view = gr.HTML("", apply_default_css=False, elem_id="lc-comparison")
        self.seen = [self.compared, self.plot, self.view]
        go.click(self._compare, [*files, language], self.seen, **PRIVATE)
        example.click(self._example, language, self.seen, **PRIVATE)

    @staticmethod
    def show(compared: Compared) -> list[Any]:
        """Return what each of `seen` becomes."""
        if compared.runs is None:
            problem = (
                f'<div class="lc-page" role="alert"><p>{safe(compared.problem)}</p></div>'
                if compared.problem
                else ""
            )
            return [compared, gr.update(visible=False), problem]
        first, second = compared.runs
        assert first.run is not None
        assert second.run is not None
        drawn = overlay(first.run, second.run, first.lang)
        return [compared, gr.update(value=drawn, visible=True), comparison(first, second)]

    def _compare(self, first: str | None, second: str | None, lang: Lang) -> list[Any]:
        if not first or not second:
            return self.show(Compared(problem=texts.pages.TWO_RUNS(lang)))
        return self.show(self._of(Path(first), Path(second), lang))

    def _example(self, lang: Lang) -> list[Any]:
        return self.show(self._of(*EXAMPLE, lang))

    def _of(self, first: Path, second: Path, lang: Lang) -> Compared:
        try:
            runs = [self.clinic.diagnose(path, lang=lang, name=path.name) for path in (first, second)]
        except LossclinicError as error:
            return Compared(problem=error.text(lang))
        return Compared((runs[0], runs[1]))


def _intro(lang: Lang) -> str:
    return f'<div class="lc-page"><p>{texts.pages.COMPARE_INTRO(lang)}</p></div>'


def _label(letter: str, lang: Lang) -> str:
    return texts.pages.RUN_LETTER(lang).format(letter)
