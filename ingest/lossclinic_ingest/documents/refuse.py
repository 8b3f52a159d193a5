"""Why a document cannot be read: one line each, what it is and what to do. Whoever catches it puts the name in front."""

from __future__ import annotations

from lossclinic_ingest.logs.limits import setting
from lossclinic_kb.errors import UnreadableDocument
from lossclinic_kb.text import Text

SHOWN = 120
"""Characters of what a library says of a damaged file."""


def refused(problem: Text, advice: Text) -> UnreadableDocument:
    """Return the error that says `problem` and `advice`."""
    return UnreadableDocument(Text(f"{problem.en}; {advice.en}", f"{problem.zh}；{advice.zh}"))


def unknown() -> UnreadableDocument:
    """Return the error for a file of no known format."""
    return refused(
        Text("not a document of a known format", "不是认识的文档格式"),
        Text(
            "Markdown, text, HTML, PDF, notebooks, Word (.docx) and reStructuredText can be read",
            "可以读 Markdown、纯文本、HTML、PDF、Jupyter 笔记本、Word（.docx）和 reStructuredText",
        ),
    )


def too_big(limit: int) -> UnreadableDocument:
    """Return the error for a document of more than `limit` megabytes."""
    return refused(
        Text(f"it holds more than {limit} MB", f"超过 {limit} MB"),
        Text(f"split it, or raise {setting('document_mb')}", f"请拆开，或调大 {setting('document_mb')}"),
    )


def nothing_in_it() -> UnreadableDocument:
    """Return the error for a document without text."""
    return refused(
        Text("there is no text in it", "里面没有文字"),
        Text(
            "pictures of text, as a scanner makes them, need text recognition first", "扫描件请先做文字识别"
        ),
    )


def locked() -> UnreadableDocument:
    """Return the error for a document behind a password."""
    return refused(
        Text("it is protected by a password", "有密码保护"),
        Text("save a copy without one", "请另存一份不带密码的"),
    )


def damaged(error: BaseException) -> UnreadableDocument:
    """Return the error for a document that its library cannot read."""
    lines = str(error).strip().splitlines()
    said = (lines[0] if lines else type(error).__name__)[:SHOWN]
    return refused(
        Text(f"it is damaged or no such document ({said})", f"文件已损坏，或不是这种文档（{said}）"),
        Text("open it in the program that made it and save it again", "请用原来的程序打开后重新保存"),
    )
