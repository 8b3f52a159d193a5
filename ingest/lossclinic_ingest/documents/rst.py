"""reStructuredText, read by docutils: no file is included, nothing raw is let in, no configuration is looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from lossclinic_ingest.documents.content import Block, Content, one_line, table_of
from lossclinic_ingest.documents.text import decoded
from lossclinic_kb.text import Text

TITLE: Final = Text("reStructuredText", "reStructuredText")
SUFFIXES: Final = (".rst", ".rest")
BEGINS: Final = ()
_SETTINGS: Final = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,  # a page written for Sphinx is full of what docutils would complain about
    "halt_level": 5,
    "_disable_config": True,
    "smart_quotes": False,
    "line_length_limit": 1_000_000,
}
_LONGER: Final = 100_000
"""Characters by which substitutions may make a page longer than twice itself."""
_LISTINGS = "code-block sourcecode testcode doctest ipython prompt parsed-literal"
_NOTES = "versionadded versionchanged deprecated seealso rubric centered dropdown card"
_LEFT_OUT = """
toctree contents index only currentmodule module autosummary autoclass autofunction automodule autodata automethod
literalinclude highlight plot
"""
_ROLES = """
any abbr attr class cls command const data doc download envvar exc file func guilabel kbd keyword math menuselection
meth mod numref obj option paramref pep program ref samp source term token
"""


def read(data: bytes) -> Content:
    """Return the headings, paragraphs, code and tables of a page; of Sphinx's own markup, what a reader would see.

    Raises:
        UnreadableDocument: It is no text.
    """
    from docutils.core import publish_doctree

    _know_sphinx()
    text = decoded(data)
    tree = publish_doctree(text, reader=_reader(), settings_overrides=_SETTINGS)
    _substitute(tree, len(text) + _LONGER)
    title = one_line(str(tree.get("title", "")))
    blocks = tuple(block for block in _blocks(tree) if block.text.strip())
    return Content(title or next((b.text for b in blocks if b.kind == "heading"), ""), blocks)


def _reader() -> Any:
    """Return a reader that leaves references as the words they are: to resolve them, docutils takes quadratic time."""
    from docutils.readers.standalone import Reader
    from docutils.transforms import references

    resolve = {each for each in vars(references).values() if isinstance(each, type)}
    kept = resolve & {getattr(references, "SectionIDs", None)}

    class Plain(Reader):  # type: ignore[misc]
        def get_transforms(self) -> list[Any]:
            return [each for each in super().get_transforms() if each in kept or each not in resolve]

    return Plain()


def _substitute(tree: Any, most: int) -> None:
    """Put what a page defines in place of each `|name|`, `most` characters in all: a short name may stand for a long text."""
    from docutils import nodes

    for parent in list(dict.fromkeys(each.parent for each in tree.findall(nodes.substitution_reference))):
        children: list[Any] = []
        for child in parent.children:
            if isinstance(child, nodes.substitution_reference):
                said = _defined(tree, child)
                most -= len(said)
                child = nodes.Text(said if most >= 0 else child.rawsource)
            children.append(child)
        parent.children = children


def _defined(tree: Any, reference: Any) -> str:
    key = reference["refname"]
    defined = tree.substitution_defs.get(key) or tree.substitution_defs.get(
        tree.substitution_names.get(key.lower(), "")
    )
    return str(defined.astext() if defined is not None else reference.rawsource)


def _blocks(tree: Any) -> Iterator[Block]:
    """Walk the tree with a stack of our own: a page may be nested deeper than Python can recurse."""
    from docutils import nodes

    waiting: list[tuple[Any, int, str]] = [(child, 0, "") for child in reversed(tree.children)]
    while waiting:
        node, level, lead = waiting.pop()
        if isinstance(node, (nodes.title, nodes.subtitle)) and isinstance(
            node.parent, (nodes.section, nodes.document)
        ):
            anchors = node.parent.get("ids") or [""]
            yield Block("heading", one_line(node.astext()), max(level, 1), str(anchors[0]))
        elif isinstance(node, nodes.literal_block):
            yield Block("code", node.astext())
        elif isinstance(node, nodes.table):
            yield Block("table", table_of(_rows(node)))
        elif isinstance(
            node, (nodes.comment, nodes.system_message, nodes.raw, nodes.substitution_definition)
        ):
            continue
        elif isinstance(node, nodes.TextElement):
            yield Block("prose", lead + one_line(node.astext()))
        else:
            deeper = level + isinstance(node, nodes.section)
            mark = "- " if isinstance(node, nodes.list_item) else ""
            places = enumerate(node.children)
            waiting += reversed([(child, deeper, "" if place else mark) for place, child in places])


def _rows(table: Any) -> list[list[str]]:
    from docutils import nodes

    return [[entry.astext() for entry in row.findall(nodes.entry)] for row in table.findall(nodes.row)]


@cache
def _know_sphinx() -> None:
    """Teach docutils the markup of Sphinx that it does not know; what is registered already stays."""
    from docutils import nodes
    from docutils.parsers.rst import Directive, directives, roles
    from docutils.parsers.rst.directives.body import CodeBlock

    any_option = defaultdict(lambda: _as_given, {"class": _as_given})

    class Nested(Directive):  # type: ignore[misc]
        has_content, optional_arguments, final_argument_whitespace = True, 1, True
        option_spec = any_option

        def run(self) -> list[Any]:
            holder = nodes.container()
            if self.arguments:
                holder += nodes.paragraph(text=" ".join(self.arguments))
            self.state.nested_parse(self.content, self.content_offset, holder)
            return [holder]

    class Nothing(Nested):
        def run(self) -> list[Any]:
            return []

    def code_as_written(self: Any) -> list[Any]:
        return [nodes.literal_block(text="\n".join(self.content))]

    listing = type("Listing", (CodeBlock,), {"run": code_as_written, "option_spec": any_option})
    known = directives._directives
    for names, kind in ((_LISTINGS, listing), (_NOTES, Nested), (_LEFT_OUT, Nothing)):
        for name in names.split():
            if name not in known:
                directives.register_directive(name, kind)
    for name in _ROLES.split():
        if name not in roles._roles:
            roles.register_local_role(name, _as_said)


def _as_given(value: str | None) -> str | None:
    return value


def _as_said(role: str, rawtext: str, text: str, *_: Any, **__: Any) -> tuple[list[Any], list[Any]]:  # noqa: ARG001
    """Return a cross-reference as its words: `` :ref:`how to <x>` `` is "how to"."""
    from docutils import nodes

    said = text.partition("<")[0].strip() or text if text.endswith(">") else text.lstrip("~!")
    return [nodes.literal(rawtext, said)], []
