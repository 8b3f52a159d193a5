"""Code in an answer: what an experiment executes, or a variation of it that can do nothing else."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lossclinic.llm.figures import Known, numbers_in
from lossclinic_kb.text import Text

EXECUTED = Text("Code of the page, executed:", "页面里的代码，执行过：")
ADAPTED = Text("Adapted, not executed:", "已改写，未执行：")
LIKE = 0.5  # share of lines and characters that a variation has in common with what it varies
_STRING = re.compile(r"[\w .,:%/+-]{0,40}")


@dataclass(frozen=True)
class Block:
    """A block of code as an answer may show it.

    Attributes:
        label: `EXECUTED` or `ADAPTED`.
    """

    label: Text
    code: str


def allowed(code: str, snippets: Sequence[str], known: Known) -> Block | None:
    """Return code as it may be shown, or None where it may not.

    Args:
        code: What the model wrote.
        snippets: Executed code of the leading causes.
        known: Numbers that may occur; those of the snippets may too.
    """
    plain = _normal(code)
    if not plain:
        return None
    if any(plain in _normal(each) for each in snippets):
        return Block(EXECUTED, code.strip("\n"))
    near = [each for each in snippets if _alike(plain, _normal(each)) >= LIKE]
    numbers = Known.of(*snippets) | known
    varied = (
        bool(near) and _harmless(code, snippets) and all(numbers.holds(each) for each in numbers_in(code))
    )
    return Block(ADAPTED, code.strip("\n")) if varied else None


def _normal(code: str) -> str:
    lines = (re.sub(r"\s+", " ", line.split("  #")[0]).strip() for line in code.strip().splitlines())
    return "\n".join(line for line in lines if line)


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _harmless(code: str, snippets: Iterable[str]) -> bool:
    """Return whether code imports, calls and quotes nothing that executed code does not."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return False
    known: set[str] = set()
    for each in snippets:
        known |= _uses(ast.parse(each))
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return _uses(tree) <= known and all(_STRING.fullmatch(text) for text in texts)


def _uses(tree: ast.AST) -> set[str]:
    """Return what code imports, calls and reaches into: the names by which it could do harm."""
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            used.update(f"import {alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            used.update(f"import {node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute):
            used.add(f".{node.attr}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            used.add(node.func.id)
    return used
