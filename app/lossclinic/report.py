"""The report of a case as one self-contained HTML page: no script, font or style from anywhere else."""

from __future__ import annotations

from collections.abc import Sequence

from lossclinic.diagnosis import Diagnosis

_PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>lossclinic</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }}
pre {{ background: #f5f6f8; padding: .8rem; overflow-x: auto; border-radius: 6px }}
code {{ font: 14px/1.5 ui-monospace, monospace }}
@media (prefers-color-scheme: dark) {{ body {{ background: #14171a; color: #e6e8ea }} pre {{ background: #1f2428 }} }}
</style></head><body>
{body}
</body></html>
"""


def _is_link(address: str) -> bool:
    """Whether a link is let in: to a source, or to a person's own document, which Markdown readers refuse by default."""
    return address.startswith(("https://", "http://", "file:///"))


def html_page(diagnoses: Sequence[Diagnosis]) -> str:
    """Return the reports of `diagnoses` on one page, each with its interactive plot."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False})
    reader.validateLink = _is_link  # type: ignore[assignment,method-assign]
    parts: list[str] = []
    for diagnosis in sorted(diagnoses, key=lambda each: each.run is None):
        if diagnosis.run is not None:
            first = not parts  # the library is put in once, with the first plot
            parts.append(diagnosis.plot().to_html(full_html=False, include_plotlyjs=first))
        parts.append(reader.render(diagnosis.to_markdown()))
    return _PAGE.format(lang=diagnoses[0].lang if diagnoses else "en", body="\n".join(parts))
