"""Snippets: what each does, the code coloured, a button that copies it, a tab for each framework."""

from __future__ import annotations

from collections.abc import Sequence

from lossclinic.diagnosis import Code
from lossclinic.ui import texts
from lossclinic.ui.parts.prose import coloured, safe
from lossclinic.ui.parts.tabs import tabs
from lossclinic_kb.text import Lang

FRAMEWORKS = {
    "pytorch": "PyTorch",
    "lightning": "Lightning",
    "hf": "HF Trainer",
    "keras": "Keras",
    "paddle": "Paddle",
}
"""What people call each framework."""


def snippet(title: str, code: str, say: Lang, *, folded: bool = False) -> str:
    """Return one piece of code with its title and, on a page with the script, a button that copies it."""
    copy = (
        ""
        if folded
        else f'<button type="button" data-copy aria-label="{texts.cards.COPY(say)}: {safe(title)}"></button>'
    )
    return f'<figure class="lc-code"><figcaption><span>{safe(title)}</span>{copy}</figcaption>{coloured(code)}</figure>'


def by_framework(codes: Sequence[Code], say: Lang, label: str, *, folded: bool = False) -> str:
    """Return snippets in tabs, one for each framework that has some; PyTorch comes first."""
    known = [name for name in FRAMEWORKS if any(code.framework == name for code in codes)]
    pages = [
        (
            FRAMEWORKS[name],
            "".join(snippet(c.title, c.code, say, folded=folded) for c in codes if c.framework == name),
        )
        for name in known
    ]
    return pages[0][1] if len(pages) == 1 else tabs(pages, label, folded=folded)
