"""What one can press before having a case of one's own: questions, and logs that come along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gradio as gr

from lossclinic.ui import texts
from lossclinic.ui.parts.labels import Labels, labelled
from lossclinic_kb.text import Lang, Text

SAMPLES = Path(__file__).parent.parent / "samples"


class Starters:
    """The examples of the empty page.

    Attributes:
        frame: Holds them all; hidden once there is a conversation.
    """

    def __init__(self, labels: Labels) -> None:
        self.frame = gr.Column(elem_classes="lc-starters")
        with self.frame:
            self._fill(labels)

    def _fill(self, labels: Labels) -> None:
        labels.add(gr.HTML(_heading("en")), _heading)
        self.questions = [
            labels.add(gr.Button(text("en"), size="sm", elem_classes="lc-example"), labelled(value=text))
            for text in texts.talk.QUESTIONS
        ]
        self.samples = [
            (gr.Button(f"▸ {path.name}", size="sm", elem_classes="lc-example"), path)
            for path in sorted(SAMPLES.glob("*.csv"))
        ]

    def each(self) -> Iterator[tuple[gr.Button, Text | None, tuple[Path, ...]]]:
        """Yield (button, what it says, which files it drops)."""
        for button, text in zip(self.questions, texts.talk.QUESTIONS, strict=True):
            yield button, text, ()
        for button, path in self.samples:
            yield button, None, (path,)


def _heading(lang: Lang) -> str:
    return f'<div class="lc-empty"><p>{texts.talk.EMPTY(lang)}</p><h2>{texts.talk.EXAMPLES(lang)}</h2></div>'
