"""Markdown of the knowledge base as HTML, code in it coloured; never for text of a person or a log."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

from lossclinic.render import plain


def safe(text: str) -> str:
    """Return text of a log or a person as HTML that shows it literally."""
    return escape(plain(text))


@cache
def prose(markdown: str) -> str:
    """Return Markdown as HTML; markup in it is shown, not followed."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("fence", _fence)
    return f'<div class="lc-prose">{reader.render(markdown)}</div>'


def _fence(_: Any, tokens: Sequence[Any], place: int, *__: Any) -> str:
    """Return a block of code with a button that copies it."""
    code = coloured(tokens[place].content, tokens[place].info.strip())
    return f'<figure class="lc-code lc-bare">{code}<button type="button" data-copy aria-label="Copy 复制"></button></figure>'


@cache
def coloured(code: str, language: str = "python") -> str:
    """Return code as HTML with its parts marked for colour."""
    return f'<pre tabindex="0"><code>{_coloured(code, language)}</code></pre>'


def _coloured(code: str, language: str) -> str:
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
