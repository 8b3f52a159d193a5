"""Documents as the real libraries write them: the same content in every format."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

TITLE = "Cluster handbook"
SECTION = "Loss turns NaN"
SAID = "On node gpu-17 the loss turns NaN after an hour, because a memory bank of its second card is bad."
CODE = "for name, p in model.named_parameters():\n    if not p.grad.isfinite().all():\n        print(name)"
ROWS = [["model", "rate"], ["small", "3e-4"], ["large", "1e-4"]]
CHINESE = "学习率"
CHINESE_SAID = "我们组统一用 2000 步 warmup，峰值学习率 3e-4。损失飙升时先检查数据分片。"


def markdown() -> bytes:
    table = "\n".join(f"| {a} | {b} |" for a, b in ROWS).replace("\n", "\n| --- | --- |\n", 1)
    return (
        f"---\ntitle: {TITLE}\ntags: [a]\n---\n# {TITLE}\n\n## {SECTION}\n\n{SAID}\n\n```python\n{CODE}\n```\n\n"
        f"{table}\n\n## {CHINESE}\n\n{CHINESE_SAID}\n"
    ).encode()


def html() -> bytes:
    rows = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in ROWS)
    return (
        f"<!DOCTYPE html><html><head><title>{TITLE}</title><script>alert('x')</script><style>p {{}}</style></head>"
        f"<body><nav>Home Docs About</nav><main><h1>{TITLE}<a class='headerlink' href='#'>¶</a></h1>"
        f"<section id='nan'><h2>{SECTION}</h2><p>On <b>node</b> gpu-17 the loss\n turns NaN after an hour, because a "
        f"memory bank of its second card is bad.</p><pre><span>{CODE}</span></pre><table>{rows}</table></section>"
        f"<h2 id='lr'>{CHINESE}</h2><p>{CHINESE_SAID}</p></main><footer>Impressum</footer></body></html>"
    ).encode()


def word() -> bytes:
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE

    document = Document()
    document.styles.add_style("Source Code", WD_STYLE_TYPE.PARAGRAPH)
    document.add_heading(TITLE, 0)
    document.add_heading(SECTION, 2)
    document.add_paragraph(SAID)
    for line in CODE.split("\n"):
        document.add_paragraph(line, style="Source Code")
    table = document.add_table(rows=0, cols=2)
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_heading(CHINESE, 2)
    document.add_paragraph(CHINESE_SAID)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(password: str = "", pages: int = 1) -> bytes:
    from fpdf import FPDF

    made = FPDF()
    made.set_title(TITLE)
    if password:
        made.set_encryption(owner_password=password, user_password=password)
    for number in range(pages):
        made.add_page()
        made.set_font("helvetica", size=9)
        made.cell(0, 5, f"Handbook of the cluster, page {number + 1}", new_x="LMARGIN", new_y="NEXT")
        made.set_font("helvetica", size=12)
        heading = SECTION if number == 0 else f"Chapter {number + 1}"
        made.start_section(heading)
        made.cell(0, 8, heading, new_x="LMARGIN", new_y="NEXT")
        made.multi_cell(0, 6, f"{SAID} {SAID}" if number == 0 else f"Words of chapter {number + 1}. " * 20)
    return bytes(made.output())


def notebook() -> bytes:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": [f"# {TITLE}\n", f"## {SECTION}\n", f"{SAID}\n"]},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 1,
            "source": CODE,
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["encoder.weight\n"]},
                {"output_type": "error", "ename": "ValueError", "evalue": "bad rate", "traceback": []},
            ],
        },
        {"cell_type": "markdown", "metadata": {}, "source": f"## {CHINESE}\n\n{CHINESE_SAID}"},
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def rst() -> bytes:
    code = CODE.replace("\n", "\n   ")
    rows = "\n   ".join(f'"{a}","{b}"' for a, b in ROWS[1:])
    return (
        f"{TITLE}\n{'=' * 40}\n\n.. toctree::\n   other\n\n.. _nan:\n\n{SECTION}\n{'-' * 40}\n\n"
        f"On node gpu-17 the loss turns NaN after an hour, because a memory bank of its\nsecond card is bad.\n\n"
        f"See :ref:`the other page <other>` and :class:`~torch.nn.Module`.\n\n.. versionadded:: 2.1\n   It works.\n\n"
        f'.. code-block:: python\n   :linenos:\n\n   {code}\n\n.. csv-table::\n   :header: "model","rate"\n\n   {rows}\n\n'
        f"{CHINESE}\n{'-' * 40}\n\n{CHINESE_SAID}\n"
    ).encode()


def text() -> bytes:
    return (
        f"{TITLE}\n{'=' * len(TITLE)}\n\n{SECTION}\n{'-' * len(SECTION)}\n\n{SAID}\n\n"
        + "".join(f"    {line}\n" for line in CODE.split("\n"))
        + f"\n第二章 {CHINESE}\n\n{CHINESE_SAID}\n"
    ).encode("gb18030")


FILES: dict[str, Callable[[], bytes]] = {
    "handbook.md": markdown,
    "handbook.html": html,
    "handbook.docx": word,
    "handbook.pdf": pdf,
    "handbook.ipynb": notebook,
    "handbook.rst": rst,
    "handbook.txt": text,
}
