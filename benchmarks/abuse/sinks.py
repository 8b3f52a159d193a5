"""What every place that shows or writes a text must keep to, whatever the text is."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any, Final

_STYLED = re.compile(r"\x1b\[\d+(?:;\d+)*m")
"""How click makes a word bold; no other sequence may reach a terminal."""
_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_RUNS: Final = frozenset({"script", "iframe", "object", "embed", "base", "meta", "link", "img", "math", "noscript", "frame", "applet"})  # fmt: skip
_HERE: Final = ("https://", "http://", "file:///", "?", "#")
Skeleton = list[tuple[str, tuple[str, ...]]]


class _Parsed(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.skeleton: Skeleton = []
        self.addresses: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skeleton.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.addresses += [
            value or "" for name, value in attrs if name in ("href", "src", "action", "xlink:href")
        ]

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 - named by the parser
        self.skeleton.append(("!--", ()))

    def handle_decl(self, decl: str) -> None:
        self.skeleton.append(("!", (decl,)))


def skeleton(html: str) -> Skeleton:
    """Return the elements of a page with the names of their attributes: what a text may not change."""
    return _Parsed(html).skeleton


def inert_html(html: str) -> None:
    """Demand that nothing in a piece of HTML runs, loads, or leads to a script."""
    parsed = _Parsed(html)
    for tag, attributes in parsed.skeleton:
        assert tag not in _RUNS, f"<{tag}>"
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
    for address in parsed.addresses:
        assert address.startswith(_HERE), address
    assert not _OBEYED.search(html)


def inert_terminal(text: str) -> None:
    """Demand that a terminal shows a text and obeys nothing in it but what is bold."""
    found = _OBEYED.search(_STYLED.sub("", text))
    assert found is None, f"{text[max(0, found.start() - 20) : found.end() + 20]!r}"
    text.encode()


def inert_markdown(text: str) -> None:
    """Demand that even a reader that lets all markup and every link through makes nothing dangerous of it."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    reader.validateLink = lambda _: True  # type: ignore[method-assign]
    inert_html(reader.render(text))
    inert_terminal(text)


def strict_json(text: str) -> Any:
    """Demand that a text is JSON by the book, in UTF-8, on as many lines as it says; return what it holds."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    text.encode()
    return json.loads(text, parse_constant=refuse)


def inert_figure(figure: Any) -> None:
    """Demand that no text of a Plotly figure is markup, a template or TeX, other than what we wrote into it ourselves."""
    for where, text in _texts(figure.to_plotly_json(), ""):
        if where.endswith("hovertemplate"):
            text = text.removesuffix("<extra></extra>").replace("%{y:.5g}", "").replace("%{text}", "")
        if where.startswith("/data/"):
            assert "<" not in text, (where, text)
            assert "%{" not in text, (where, text)
            assert "$" not in text, (where, text)
        assert not _OBEYED.search(text), (where, text)


def _texts(node: Any, where: str) -> list[tuple[str, str]]:
    if isinstance(node, dict):
        return [found for key, value in node.items() for found in _texts(value, f"{where}/{key}")]
    if isinstance(node, list | tuple):
        return [found for value in node for found in _texts(value, where)]
    return [(where, node)] if isinstance(node, str) else []


def same_shape(shown: Skeleton, usual: Skeleton) -> None:
    """Demand that a text changed no element and no attribute of the page that shows it."""
    differing = next((pair for pair in zip(shown, usual, strict=False) if pair[0] != pair[1]), None)
    assert shown == usual, differing or (len(shown), len(usual))
