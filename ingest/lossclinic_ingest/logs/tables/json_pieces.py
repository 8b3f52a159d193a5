"""JSON that is not one document: values one after another, objects inside lines of text, what Python prints."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_DECODER = json.JSONDecoder(parse_int=float)
_BETWEEN = re.compile(r"[\s,]*")
_OBJECT = re.compile(r"\{\s*\"")
_BEGINS = re.compile(r"\s*(?:[A-Za-z_]\w*\s*=\s*)?(?:[\[{(]|defaultdict\(|OrderedDict\()")
_LITERAL = re.compile(
    r"(?:[\s\[\]{}(),:=]|'[^'\\\n]*+'|\"[^\"\\\n]*+\"|[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?(?![\w.])|-?[A-Za-z_][\w.]*+)*+"
)
"""What literals are made of; the parser of Python is asked only then, as it warns of what it does not like."""
_FACTORY = re.compile(r"defaultdict\(<[^<>\n]{1,80}>, ")
MOST_PYTHON = 2_000_000
"""Characters of Python that are looked at: a printed history has thousands, and its tree takes a hundred times as much."""
_NUMBERS = {"nan": float("nan"), "inf": float("inf"), "NaN": float("nan"), "Infinity": float("inf")}


def values_in(text: str) -> tuple[list[Any], bool]:
    """Return JSON values that stand one after another, blanks or commas between them, and whether all were whole.

    So stand the items of a list that a running program has not closed yet.
    """
    found: list[Any] = []
    start = len(text) - len(text.lstrip())
    opened = False
    while True:
        between = _BETWEEN.match(text, start)
        start = start if between is None else between.end()
        if start >= len(text) or (found and text[start] == "]"):
            return found, True
        try:
            value, start = _DECODER.raw_decode(text, start)
            found.append(value)
        except (ValueError, RecursionError):
            if found or opened or text[start] != "[":
                return found, False
            opened, start = True, start + 1


def objects_in(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects that stand in lines, whatever is around them."""
    for line in lines:
        begin = _OBJECT.search(line)
        while begin is not None:
            try:
                value, end = _DECODER.raw_decode(line, begin.start())
            except (ValueError, RecursionError):
                break
            yield value
            begin = _OBJECT.search(line, end)


def printed_by_python(text: str) -> Any:
    """Return what a printed or pasted Python literal holds, or a mapping of `name = [...]`; None if it is none."""
    plain = _FACTORY.sub("dict(", text.strip()) if len(text) <= MOST_PYTHON and _BEGINS.match(text) else ""
    if not plain or not _LITERAL.fullmatch(plain):
        return None
    try:
        body = ast.parse(plain).body
        names = [one.targets[0].id for one in body if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)]  # fmt: skip
        values = [_value(one.value) for one in body if isinstance(one, ast.Assign | ast.Expr)]
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return None
    if len(values) != len(body) or not body:
        return None
    if len(names) == len(body):
        return (
            values[0]
            if len(body) == 1 and isinstance(values[0], dict)
            else dict(zip(names, values, strict=True))
        )
    return values[0] if len(body) == 1 else None


def _value(node: ast.expr) -> Any:
    """Return the value of a literal, with printed arrays, tensors and NumPy numbers as what they hold.

    Raises:
        ValueError: It is no literal.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bool | None):
        return node.value
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name):
        return _number(node.id)
    if isinstance(node, ast.Attribute):  # np.nan, math.inf
        return _number(node.attr)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _value(node.operand)
        return -value if isinstance(value, float) else value
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(one) for one in node.elts]
    if isinstance(node, ast.Dict):
        keys = [None if key is None else _value(key) for key in node.keys]
        return {_key(key): _value(value) for key, value in zip(keys, node.values, strict=True)}
    if isinstance(node, ast.Call) and len(node.args) == 1:
        return _called(_value(node.args[0]))
    raise ValueError


def _number(name: str) -> float:
    if name not in _NUMBERS:
        raise ValueError
    return _NUMBERS[name]


def _called(value: Any) -> Any:
    """Return what is inside `np.float64(0.5)`, `array([0.5])`, `dict({...})`, `float('nan')`, `OrderedDict([(k, v)])`."""
    if isinstance(value, str):
        return float(value)
    pairs = isinstance(value, list) and all(
        isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) for one in value
    )
    return dict(value) if pairs and value else value


def _key(key: Any) -> str:
    if isinstance(key, float):
        return str(int(key)) if key.is_integer() else str(key)
    return "/".join(map(str, key)) if isinstance(key, list) else str(key)
