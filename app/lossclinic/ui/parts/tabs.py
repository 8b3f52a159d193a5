"""Tabs inside a card; without the page's script, on paper and in notebooks, headings that fold."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import count

_ids = count()


def tabs(pages: Sequence[tuple[str, str]], label: str, *, folded: bool = False) -> str:
    """Return a set of pages of which one is seen.

    Args:
        pages: Title as text and content as HTML of each; the first is open.
        label: What they are pages of, for people who hear them.
        folded: As headings that fold, which need no script.
    """
    if not pages:
        return ""
    if folded:
        return "".join(
            f"<details{'' if place else ' open'}><summary>{escape(title)}</summary>{content}</details>"
            for place, (title, content) in enumerate(pages)
        )
    own = f"lc-tab-{next(_ids)}"
    heads = "".join(
        f'<button type="button" role="tab" id="{own}-{place}" aria-controls="{own}-{place}-page" '
        f'aria-selected="{"false" if place else "true"}" tabindex="{-1 if place else 0}">{escape(title)}</button>'
        for place, (title, _) in enumerate(pages)
    )
    bodies = "".join(
        f'<div role="tabpanel" id="{own}-{place}-page" aria-labelledby="{own}-{place}"{" hidden" if place else ""}>'
        f"{content}</div>"
        for place, (_, content) in enumerate(pages)
    )
    return (
        f'<div class="lc-tabs"><div role="tablist" aria-label="{escape(label)}">{heads}</div>{bodies}</div>'
    )
