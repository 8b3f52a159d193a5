"""Cutting the snippets that articles show out of the code that experiments execute."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import dedent

from lossclinic_kb.causes.cause import Snippet
from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.text import Text

FRAMEWORKS = ("pytorch", "lightning", "hf", "keras", "paddle")
_START = re.compile(r"\s*# snippet: (\w+) \| (\w+) \| (.+?) \| (.+?)\s*")
_END = "# end snippet"
_PLACE = re.compile(r"<!-- snippet: (\w+) -->")


def cut_snippets(source: str, where: str) -> tuple[Snippet, ...]:
    """Return the snippets between `# snippet: KEY | FRAMEWORK | English | 中文` and `# end snippet`.

    Raises:
        KnowledgeError: A marker that is malformed, unknown, unclosed or used twice.
    """
    snippets: list[Snippet] = []
    lines = source.splitlines()
    index = 0
    while index < len(lines):
        line, index = lines[index], index + 1
        if not line.lstrip().startswith("# snippet"):
            continue
        match = _START.fullmatch(line)
        if match is None or match[2] not in FRAMEWORKS:
            raise KnowledgeError(
                f"{where}: line {index}: expected '# snippet: KEY | FRAMEWORK | English | 中文'"
            )
        if any(snippet.key == match[1] for snippet in snippets):
            raise KnowledgeError(f"{where}: line {index}: snippet {match[1]!r} is there twice")
        body: list[str] = []
        while index < len(lines) and lines[index].strip() != _END:
            body.append(lines[index])
            index += 1
        if index == len(lines):
            raise KnowledgeError(f"{where}: snippet {match[1]!r} has no '{_END}'")
        snippets.append(
            Snippet(match[1], match[2], Text(match[3], match[4]), dedent("\n".join(body)).strip())
        )
    return tuple(snippets)


def filled(text: str, snippets: Sequence[Snippet], where: str) -> str:
    """Return Markdown with the code of `snippets` where it says `<!-- snippet: KEY -->`.

    Raises:
        KnowledgeError: It names a snippet that is not there.
    """
    by_key = {snippet.key: snippet for snippet in snippets}

    def code(match: re.Match[str]) -> str:
        if match[1] not in by_key:
            raise KnowledgeError(f"{where}: snippet: {match[1]!r} is not in the code beside it")
        return f"```python\n{by_key[match[1]].code}\n```"

    return _PLACE.sub(code, text)
