"""Markdown of the knowledge base as HTML, code in it coloured; never for text of a person or a log."""

from __future__ import annotations

from functools import cache
from html import escape

from lossclinic.render import plain


def safe(text: str) -> str:
    """Return text of a log or a person as HTML that shows it literally."""
    return escape(plain(text))


@cache
def prose(markdown: str) -> str:
    """Return Markdown as HTML; markup in it is shown, not followed."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False, "highlight": _coloured}).enable("table")
    return f'<div class="lc-prose">{reader.render(markdown)}</div>'


@cache
def coloured(code: str, language: str = "python") -> str:
    """Return code as HTML with its parts marked for colour."""
    return f'<pre tabindex="0"><code>{_coloured(code, language, "")}</code></pre>'


def _coloured(code: str, language: str, _: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer, TextLexer

    lexer = PythonLexer(stripnl=False) if language in ("python", "py") else TextLexer(stripnl=False)
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def link(address: str, text: str) -> str:
    """Return a link to a page outside, which never learns where it was followed from."""
    if not address.startswith(("https://", "http://")):
        return safe(text)
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{safe(text)}</a>'
