"""A model's part as plain data, for the terminal and as Markdown; citations become numbers with a list below."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from lossclinic.llm.citations import CITATION
from lossclinic.llm.part import ModelPart
from lossclinic_kb.text import Lang, Text

HEADING = Text("From the language model {}", "来自语言模型 {}")
WITHOUT = Text(
    "The language model ({}) adds nothing more here: {}. The diagnosis stands without it.",
    "语言模型（{}）没有更多补充：{}。诊断本身不受影响。",
)
LEFT_OUT = Text(
    "Left out of its answer, because it could not be verified: {}.", "它的回答里有 {} 处无法核实，已略去。"
)


def as_dict(part: ModelPart, say: Lang) -> dict[str, Any]:
    """Return the part as plain data, ready for `json.dumps`."""
    return {
        "name": part.model,
        "text": part.text,
        "citations": [asdict(each) for each in part.citations],
        "drops": {name: count for name, count in asdict(part.drops).items() if count},
        "missing": None if part.missing is None else part.missing(say),
        "tokens": part.tokens,
    }


def numbered(part: ModelPart) -> str:
    """Return the text with its citations as [1], [2], ... in the order of `part.citations`."""
    places = {each.token: place for place, each in enumerate(part.citations, 1)}
    return CITATION.sub(lambda found: f"[{places[found[1]]}]" if found[1] in places else "", part.text)


def references(part: ModelPart) -> list[str]:
    """Return what the numbers stand for, one line each."""
    lines = []
    for place, each in enumerate(part.citations, 1):
        kind, _, name = each.token.partition(":")
        where = f"lossclinic causes {name}" if kind == "c" else each.address
        lines.append(f"[{place}] {each.title}" + (f" ({where})" if where else ""))
    return lines


def remarks(part: ModelPart, say: Lang) -> list[str]:
    """Return what is to be said about the part: what was left out, and why there is no more."""
    lines = []
    if part.drops.total and part.text:
        lines.append(LEFT_OUT(say).format(part.drops.total))
    if part.missing is not None:
        lines.append(WITHOUT(say).format(part.model, part.missing(say)))
    return lines


def markdown(part: ModelPart, say: Lang) -> str:
    """Return the part as a section of a report; nothing of the model's is followed as Markdown but code fences."""
    from lossclinic.render import escaped

    blocks = re.split(r"(```python\n.*?\n```)", numbered(part), flags=re.DOTALL)
    body = [
        each
        if each.startswith("```")
        else "\n\n".join(escaped(line) for line in each.splitlines() if line.strip())
        for each in blocks
    ]
    lines = [escaped(line) for line in (*references(part), *remarks(part, say))]
    parts = [
        f"## {HEADING(say).format(escaped(part.model))}",
        *body,
        "\n".join(f"- {line}" for line in lines),
    ]
    return "\n\n".join(each for each in parts if each.strip())
