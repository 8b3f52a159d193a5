"""Every format, written by the library that people write it with, gives headings, sentences, code and tables."""

from __future__ import annotations

import io
import json
import zipfile
from itertools import pairwise
from pathlib import PurePosixPath

import handbook as made
import pytest

from lossclinic_ingest.documents.content import Block
from lossclinic_ingest.documents.formats import FORMATS, format_of, may_be_document, read_document
from lossclinic_ingest.documents.pieces import pieces_of
from lossclinic_kb.errors import UnreadableDocument

IDS = {
    "handbook.md": "markdown",
    "handbook.html": "html",
    "handbook.docx": "word",
    "handbook.pdf": "pdf",
    "handbook.ipynb": "notebook",
    "handbook.rst": "rst",
    "handbook.txt": "text",
}


def blocks(name: str, kind: str) -> list[Block]:
    content = read_document(name, made.FILES[name]())
    return [block for block in content.blocks if block.kind == kind]


def test_every_format_is_tried() -> None:
    assert set(IDS.values()) == set(FORMATS)
    assert set(IDS) == set(made.FILES)


@pytest.mark.parametrize("name", IDS)
def test_a_file_is_known_by_its_content_or_name(name: str) -> None:
    assert format_of(name, made.FILES[name]()) == IDS[name]
    assert may_be_document(PurePosixPath(name))


@pytest.mark.parametrize("name", ["handbook.html", "handbook.pdf", "handbook.docx"])
def test_a_wrong_ending_does_not_matter_where_the_content_tells(name: str) -> None:
    assert format_of("download", made.FILES[name]()) == IDS[name]


@pytest.mark.parametrize("name", IDS)
def test_title_and_headings(name: str) -> None:
    assert read_document(name, made.FILES[name]()).title == made.TITLE
    headings = [block.text for block in blocks(name, "heading")]
    assert made.SECTION in headings
    if name != "handbook.pdf":  # made with a font that has no Chinese
        assert any(made.CHINESE in heading for heading in headings)


@pytest.mark.parametrize("name", IDS)
def test_sentences_are_whole_and_nothing_is_said_twice(name: str) -> None:
    said = "\n".join(block.text for block in blocks(name, "prose"))
    assert said.count(made.SAID) == (2 if name == "handbook.pdf" else 1)
    assert name == "handbook.pdf" or made.CHINESE_SAID in said


@pytest.mark.parametrize("name", sorted(set(IDS) - {"handbook.pdf"}))
def test_code_keeps_its_lines(name: str) -> None:
    codes = [block.text for block in blocks(name, "code")]
    bare = [code.replace("```python\n", "").replace("\n```", "") for code in codes]
    written = (
        made.CODE if name != "handbook.txt" else "\n".join(f"    {line}" for line in made.CODE.split("\n"))
    )
    assert written in bare


@pytest.mark.parametrize("name", ["handbook.md", "handbook.html", "handbook.docx", "handbook.rst"])
def test_tables_keep_their_rows(name: str) -> None:
    (table,) = blocks(name, "table")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.text.split("\n")]
    assert [row for row in rows if row != ["---", "---"]] == made.ROWS


def anchors(name: str, data: bytes | None = None) -> dict[str, str]:
    pieces = pieces_of(read_document(name, made.FILES[name]() if data is None else data))
    return {piece.heading.split(" > ")[-1]: piece.anchor for piece in pieces}


def test_links_lead_to_headings_pages_and_cells() -> None:
    assert anchors("handbook.md")[made.SECTION] == "loss-turns-nan"
    assert anchors("handbook.html")[made.SECTION] == "nan"
    assert anchors("handbook.html")[made.CHINESE] == "lr"
    assert anchors("handbook.rst")[made.SECTION] in ("loss-turns-nan", "nan")
    assert anchors("handbook.pdf", made.pdf(pages=3))["Chapter 3"] == "page=3"
    assert anchors("handbook.ipynb")[made.CHINESE] == "cell=3"


def test_what_surrounds_a_page_is_left_out() -> None:
    said = "\n".join(block.text for block in read_document("a.html", made.html()).blocks)
    for unseen in ("alert", "Impressum", "Home Docs", "¶"):
        assert unseen not in said


def test_running_titles_of_a_pdf_are_left_out() -> None:
    content = read_document("a.pdf", made.pdf(pages=6))
    assert not any("Handbook of the cluster" in block.text for block in content.blocks)
    assert [block.text for block in content.blocks if block.kind == "heading"] == [
        made.SECTION,
        *(f"Chapter {number}" for number in range(2, 7)),
    ]


def test_sphinx_markup_reads_as_its_reader_sees_it() -> None:
    said = "\n".join(block.text for block in blocks("handbook.rst", "prose"))
    assert "See the other page and torch.nn.Module." in said
    assert "It works." in said
    assert ":ref:" not in said
    assert "toctree" not in said


def test_a_short_name_of_restructuredtext_reads_as_what_it_stands_for_but_does_not_swell_a_page() -> None:
    page = b".. |lr| replace:: learning rate\n\nTitle\n=====\n\nThe |lr| of |Who|, see `it <http://a.b>`_ and [#]_.\n\n.. [#] Note.\n"
    content = read_document("a.rst", page)
    assert content.title == "Title"
    assert "The learning rate of |Who|, see it and" in content.blocks[1].text
    long = b".. |a| replace:: " + b"x" * 10_000 + b"\n\n" + b"|a| " * 10_000
    assert sum(len(block.text) for block in read_document("a.rst", long).blocks) < 2 * len(long) + 100_000


def test_an_error_in_a_notebook_is_kept() -> None:
    codes = [block.text for block in blocks("handbook.ipynb", "code")]
    assert any("ValueError: bad rate" in code for code in codes)


def test_an_old_notebook_is_read() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Rates"},
        {"cell_type": "code", "input": ["lr = 3e-4"], "outputs": []},
    ]
    data = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode()
    (piece,) = pieces_of(read_document("old.ipynb", data))
    assert (piece.heading, piece.text, piece.anchor) == ("Rates", "lr = 3e-4", "cell=2")


def test_a_layout_table_is_no_table() -> None:
    page = b"<html><body><table><tr><td><h1>Head</h1><p>One sentence.</p></td><td>aside</td></tr></table></body></html>"
    kinds = [block.kind for block in read_document("a.html", page).blocks]
    assert kinds[:2] == ["heading", "prose"]


@pytest.mark.parametrize(("name", "data", "said"), [
    ("a.pdf", made.pdf("secret"), "protected by a password"),
    ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(600), "save it as .docx"),
    ("a.txt", b"", "no text in it"),
    ("a.md", b" \n\n ", "no text in it"),
    ("a.html", b"<html><head><title>x</title></head><body><script>1</script></body></html>", "no text in it"),
    ("a.ipynb", b"{}", "not a document of a known format"),
    ("a.ipynb", b"[" * 100_000, "damaged"),
    ("a.txt", bytes(range(256)) * 8, "not a document of a known format"),
    ("a.docx", b"PK\x03\x04 and no more", "damaged"),
    ("a.pdf", b"%PDF-1.7 and no more", "damaged"),
])  # fmt: skip
def test_what_cannot_be_read_says_why_and_what_to_do(name: str, data: bytes, said: str) -> None:
    with pytest.raises(UnreadableDocument, match=said) as caught:
        read_document(name, data)
    assert "\n" not in str(caught.value)
    assert ";" in str(caught.value)
    assert caught.value.text.zh != caught.value.text.en


def test_pictures_alone_are_no_text() -> None:
    from fpdf import FPDF

    made_pdf = FPDF()
    made_pdf.add_page()
    made_pdf.rect(10, 10, 50, 50)
    with pytest.raises(UnreadableDocument, match="text recognition"):
        read_document("scan.pdf", bytes(made_pdf.output()))


@pytest.mark.parametrize("name", IDS)
def test_a_file_cut_or_flipped_anywhere_is_read_or_refused(name: str) -> None:
    data = made.FILES[name]()
    for number in range(40):
        place = number * len(data) // 40
        flipped = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        for broken in (data[:place], flipped):
            try:
                assert read_document(name, broken).blocks
            except UnreadableDocument as error:
                assert "\n" not in str(error)  # noqa: PT017 - either is right


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_document(xml: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(made.word())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped(files | {"word/document.xml": xml})


def test_entities_are_not_expanded() -> None:
    names = "abcdefghij"
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol">'
    for before, after in pairwise(names):
        bomb += f'<!ENTITY {after} "{f"&{before};" * 10}">'.encode()
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = b"<w:body><w:p><w:r><w:t>before &j; after</w:t></w:r></w:p></w:body>"
    data = with_document(bomb + b"]><w:document " + space + b">" + body + b"</w:document>")
    try:
        said = "".join(block.text for block in read_document("bomb.docx", data).blocks)
    except UnreadableDocument:
        said = ""
    assert "lol" not in said


def test_files_of_the_machine_are_not_let_in(tmp_path: PurePosixPath) -> None:
    secret = str(tmp_path / "secret.txt")
    with open(secret, "w") as file:  # noqa: PTH123
        file.write("the secret words")
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY s SYSTEM "file://{secret}">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>so &s;</w:t></w:r></w:p></w:body></w:document>"
    )
    pages = {
        "a.rst": f"Title\n=====\n\nWords.\n\n.. include:: {secret}\n\n.. raw:: html\n   :file: {secret}\n\n"
        f".. csv-table::\n   :file: {secret}\n\n.. literalinclude:: {secret}\n".encode(),
        "a.html": f"<html><body><p>Words.</p><iframe src='file://{secret}'></iframe>"
        f"<object data='{secret}'></object></body></html>".encode(),
        "a.docx": with_document(xml.encode()),
    }
    for name, data in pages.items():
        try:
            said = "".join(block.text for block in read_document(name, data).blocks)
        except UnreadableDocument:
            said = ""
        assert "secret words" not in said, name


def test_a_word_file_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLINIC_MAX_DOCUMENT_MB", "20")
    data = with_document(b" " * 30_000_000)
    assert len(data) < 100_000
    with pytest.raises(UnreadableDocument, match="more than 20 MB"):
        read_document("bomb.docx", data)


def test_markup_nested_without_end_does_no_harm() -> None:
    deep = b"<div>" * 50_000 + b"deep" + b"</div>" * 50_000
    pages = {
        "a.html": b"<html><body><p>Words.</p>" + deep + b"</body></html>",
        "a.md": b"> " * 5000 + b"deep\n\nWords.",
        "a.rst": b"\n".join(b"  " * depth + b"* deep\n" for depth in range(300)) + b"\n\nWords.",
    }
    for name, data in pages.items():
        try:
            assert read_document(name, data).blocks
        except UnreadableDocument as error:
            assert "damaged" in str(error)  # noqa: PT017
