"""The diagnosis in a notebook: the same cards as in the chat, folded, and the curves as drawings."""

from __future__ import annotations

from lossclinic.diagnosis import Diagnosis
from lossclinic.plot import PANELS
from lossclinic.ui.parts.cards import panel
from lossclinic.ui.parts.log import read_as
from lossclinic.ui.parts.prose import safe
from lossclinic.ui.parts.sketch import sketch
from lossclinic.ui.style import asset

DARK = ':is(.dark, [data-jp-theme-light="false"], .vscode-dark)'
"""What stands around a cell where a notebook is dark: other pages, JupyterLab, Visual Studio Code."""


def html(diagnosis: Diagnosis) -> str:
    """Return a diagnosis as one piece of HTML with its own style; nothing in it is fetched or run."""
    style = asset("cards.css").replace(".dark ", f"{DARK} ")
    return f"<style>{style}</style>{_curves(diagnosis)}{panel(diagnosis, folded=True)}{_model(diagnosis)}"


def _model(diagnosis: Diagnosis) -> str:
    """Return what a language model added."""
    if diagnosis.model is None:
        return ""
    from lossclinic.llm.render import HEADING
    from lossclinic.ui.parts.model_text import explanation

    heading = safe(HEADING(diagnosis.lang).format(diagnosis.model.model))
    return f'<div class="lc-page"><h3>{heading}</h3></div>{explanation(diagnosis, diagnosis.lang)}'


def _curves(diagnosis: Diagnosis) -> str:
    """Return a drawing for each kind of quantity that the run logged."""
    run, say = diagnosis.run, diagnosis.lang
    if run is None:
        return ""
    logged = {each.role for each in run.series if len(each.logged)}
    drawn = "".join(
        sketch(run, title(say), say, roles, diagnosis.symptoms)
        for title, roles in PANELS
        if logged.intersection(roles)
    )
    return f'<div class="lc-page"><div class="lc-pair">{drawn}</div>{read_as(diagnosis)}</div>'
