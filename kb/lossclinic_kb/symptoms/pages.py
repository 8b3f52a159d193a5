"""The page of each symptom: in English the docstring of its detector, in Chinese a file of its name in `zh/`."""

from __future__ import annotations

from functools import cache
from inspect import getdoc
from pathlib import Path

from lossclinic_kb.errors import InputError, KnowledgeError
from lossclinic_kb.symptoms.registry import SYMPTOMS
from lossclinic_kb.text import Text

FOLDER = Path(__file__).parent / "zh"


@cache
def symptom_page(symptom: str) -> Text:
    """Return the page of a symptom in both languages; the first line of each sums it up.

    Raises:
        InputError: There is no such symptom.
        KnowledgeError: Its page is missing.
    """
    if symptom not in SYMPTOMS:
        raise InputError(f"no symptom is called {symptom!r}")
    path = FOLDER / f"{symptom}.md"
    english = getdoc(SYMPTOMS[symptom])
    if english is None or not path.exists():
        raise KnowledgeError(f"symptom {symptom}: its page is missing, the docstring or {path}")
    return Text(english, path.read_text(encoding="utf-8").strip())
