"""What the chat shows of a language model: the offer, what is sent, and the explanation with its citations."""

from __future__ import annotations

import re

from lossclinic.diagnosis import Diagnosis
from lossclinic.llm.citations import CITATION, Citation
from lossclinic.llm.digest import digest_of
from lossclinic.llm.part import ModelPart
from lossclinic.llm.render import remarks
from lossclinic.ui.parts.prose import coloured, link, safe
from lossclinic.ui.texts import model as texts
from lossclinic_kb.text import Lang

_BLOCK = re.compile(r"```python\n(.*?)\n```", re.DOTALL)


def offer(made: Diagnosis, words: str, name: str, say: Lang) -> str:
    """Return what is shown before anything is sent."""
    head = f"<p><b>{texts.IN_USE(say).format(safe(name))}</b></p><p>{texts.OFFER(say)}</p>"
    return f'<div class="lc-page" lang="{say}">{head}{_sent(made, words, texts.WHAT_IS_SENT(say))}<p class="lc-note">{texts.FOR_THIS_CASE(say)}</p></div>'


def sent(made: Diagnosis, words: str, name: str, say: Lang) -> str:
    """Return what is shown once the person has agreed."""
    head = f"<p><b>{texts.IN_USE(say).format(safe(name))}</b></p>"
    return f'<div class="lc-page" lang="{say}">{head}{_sent(made, words, texts.WAS_SENT(say))}</div>'


def _sent(made: Diagnosis, words: str, title: str) -> str:
    shown = safe(digest_of(made, words).to_text())
    return f'<details class="lc-seen"><summary>{title}</summary><pre class="lc-sent" tabindex="0">{shown}</pre></details>'


def explanation(made: Diagnosis, say: Lang) -> str:
    """Return the model's part as far as it has come."""
    part = made.model
    if part is None or (not part.text and not part.done):
        return f'<div class="lc-page" lang="{say}"><p class="lc-note" role="status">{texts.WORKING(say)} …</p></div>'
    body = "".join(
        _paragraphs(each, part) if place % 2 == 0 else _code(each)
        for place, each in enumerate(_BLOCK.split(part.text))
    )
    notes = (
        "".join(f'<p class="lc-note">{safe(line)}</p>' for line in remarks(part, say)) if part.done else ""
    )
    return f'<div class="lc-page" lang="{made.lang}" aria-live="polite" data-done="{str(part.done).lower()}">{body}{_cited(part, say)}{notes}</div>'


def _paragraphs(text: str, part: ModelPart) -> str:
    lines = (line for line in text.splitlines() if line.strip())
    return "".join(f"<p>{_marked(line, part)}</p>" for line in lines)


def _marked(line: str, part: ModelPart) -> str:
    """Return a line of text with its citations as links; all else in it is shown literally."""
    places = {each.token: (place, each) for place, each in enumerate(part.citations, 1)}
    made, end = "", 0
    for found in CITATION.finditer(line):
        made += safe(line[end : found.start()])
        end = found.end()
        if found[1] in places:
            place, cited = places[found[1]]
            made += f"<sup>{_link(cited, f'[{place}]')}</sup>"
    return made + safe(line[end:])


def _link(cited: Citation, text: str) -> str:
    if cited.token.startswith("c:"):
        return f'<a href="{safe(cited.address)}" data-go title="{safe(cited.title)}">{safe(text)}</a>'
    return (
        link(cited.address, text)
        if cited.address
        else f'<span title="{safe(cited.title)}">{safe(text)}</span>'
    )


def _code(code: str) -> str:
    return f'<figure class="lc-code lc-bare">{coloured(code)}</figure>'


def _cited(part: ModelPart, say: Lang) -> str:
    rows = "".join(f"<li>{_link(each, each.title)}</li>" for each in part.citations)
    return (
        f'<details class="lc-seen"><summary>{texts.CITED(say)}</summary><ol>{rows}</ol></details>'
        if rows
        else ""
    )
