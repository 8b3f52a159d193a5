"""What can be looked up, as a list under headings, or as what a search found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from lossclinic.library import Entry, Kind, find
from lossclinic.ui import texts
from lossclinic.ui.parts.prose import safe
from lossclinic_kb.text import Lang


def catalogue(question: str, kind: Kind | None, say: Lang) -> str:
    """Return the list of what is about a question, or of everything where there is none.

    Args:
        question: As typed; it is shown as text.
        kind: Only this kind.
        say: Language of titles and headings.
    """
    found = find(question, kind)
    if not question.strip():
        parts = [
            f"<h3>{safe(group)}</h3>{_rows(members, say, kinds=False)}"
            for group, members in groupby(found, key=lambda entry: entry.group(say))
        ]
        return f'<div class="lc-page" lang="{say}">{"".join(parts)}</div>'
    if not found:
        return f'<div class="lc-page" role="status"><p>{safe(texts.library.NOTHING_FOUND(say).format(question))}</p></div>'
    count = f'<p class="lc-note" role="status">{texts.library.FOUND(say).format(len(found))}</p>'
    return f'<div class="lc-page" lang="{say}">{count}{_rows(found, say, kinds=True)}</div>'


def tags(listed: Sequence[Entry], say: Lang) -> str:
    """Return links to entries in a row."""
    return (
        f'<ul class="lc-tags">{"".join(f"<li>{to(entry, say)}</li>" for entry in listed)}</ul>'
        if listed
        else ""
    )


def to(entry: Entry, say: Lang) -> str:
    """Return the link to an entry, which the page follows without loading anew."""
    return f'<a href="{safe(entry.address)}" data-go>{safe(entry.title(say))}</a>'


def _rows(listed: Iterable[Entry], say: Lang, *, kinds: bool) -> str:
    rows = "".join(
        f"<li>{to(entry, say)}{_kind(entry, say) if kinds else ''}<p>{safe(entry.summary(say))}</p></li>"
        for entry in listed
    )
    return f'<ul class="lc-list">{rows}</ul>'


def _kind(entry: Entry, say: Lang) -> str:
    return f' <span class="lc-badge">{texts.library.KIND_OF[entry.kind](say)}</span>'
