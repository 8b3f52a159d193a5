"""Every regular expression of the product on texts made to have it go back: time grows no faster than the text.

Each is used as the product uses it: where it is only ever matched at a beginning, it is matched there; all others look
through the whole text. What it is tried on is made of its own letters and classes.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import re._parser as sre  # type: ignore[import-not-found]
import signal
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, Final

import lossclinic
import lossclinic_ingest
import lossclinic_kb
from benchmarks.abuse.case import Case

KIND = "regular expressions"
SIZE: Final = 1500
TOO_LONG: Final = 3.0  # seconds after which one attempt is broken off
QUICK: Final = 0.05  # seconds for four times `SIZE`: below that the ratio is noise
PASSED_OVER: Final = (".causes.", ".guides.", ".lab", "__main__")
"""Modules whose texts are our own: what the knowledge base trains and shows."""
BOUNDED: Final[Mapping[str, tuple[int, str]]] = {
    "lossclinic.dialogue.intents._INTENTS": (200, "a longer message wants nothing (intents.LONGEST)"),
    "lossclinic_kb.reading.pattern._SPACE": (600, "only ever asked of our own patterns"),
    "lossclinic_ingest.logs.texts.counters._BATCHES": (
        4000,
        "longer lines are no lines of a step (free_lines.LONGEST)",
    ),
}
"""Expressions that cost more, with the length to which texts are cut or folded before, and why."""


@dataclass(frozen=True)
class Held:
    """An expression, where it was found, and whether it only ever looks at a beginning."""

    where: str
    regex: re.Pattern[str]
    anchored: bool


@cache
def expressions() -> tuple[Held, ...]:
    """Return every expression over text that the modules of the product hold, each once."""
    found: dict[tuple[str, int], Held] = {}
    for package in (lossclinic_kb, lossclinic_ingest, lossclinic):
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if any(part in each.name for part in PASSED_OVER):
                continue
            module = importlib.import_module(each.name)
            uses = _uses(module)
            for name, value in list(vars(module).items()):
                for regex in _inside(value, 0):
                    anchored = bool(uses.get(name)) and uses[name] <= {"match", "fullmatch"}
                    key = (regex.pattern, regex.flags)
                    found.setdefault(key, Held(f"{each.name}.{name}", regex, anchored))
    for held in _statements():
        found.setdefault((held.regex.pattern, held.regex.flags), held)
    return tuple(found.values())


def _statements() -> Iterator[Held]:
    from lossclinic_kb.reading import load_statements

    for statement in load_statements().values():
        for pattern in (*(each for way in statement.ways for each in way), *statement.unless):
            yield Held(f"statement {statement.id}", pattern.regex, anchored=False)


def _uses(module: ModuleType) -> dict[str, set[str]]:
    """Return by which methods a module uses each of its expressions."""
    path = Path(str(module.__file__))
    used: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used.setdefault(node.value.id, set()).add(node.attr)
    return used


def _inside(value: Any, depth: int) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth < 4:
        held: Iterable[Any] = ()
        if isinstance(value, Mapping):
            held = list(value.values())
        elif isinstance(value, tuple | list | set | frozenset):
            held = value
        elif type(value).__module__.startswith("lossclinic") and hasattr(value, "__dict__"):
            held = list(vars(value).values())
        for each in held:
            yield from _inside(each, depth + 1)


def parts_of(pattern: str, flags: int) -> tuple[list[str], list[str]]:
    """Return the words and the characters that an expression is made of."""
    words: set[str] = set()
    chars: set[str] = set()
    _collect(sre.parse(pattern, flags), words, chars)
    return sorted(words, key=len)[-10:], sorted(chars)[:20]


def _collect(tree: Any, words: set[str], chars: set[str]) -> None:
    word = ""
    for operation, given in [*tree, (None, None)]:
        if str(operation) == "LITERAL":
            word += chr(given)
            chars.add(chr(given))
            continue
        if word:
            words.add(word)
            word = ""
        if str(operation) == "IN":
            chars.update(_members(given))
        elif str(operation) == "BRANCH":
            for each in given[1]:
                _collect(each, words, chars)
        elif isinstance(given, tuple):
            for each in given:
                if isinstance(each, sre.SubPattern):
                    _collect(each, words, chars)
        elif isinstance(given, sre.SubPattern):
            _collect(given, words, chars)


def _members(given: Any) -> Iterator[str]:
    kinds = {"CATEGORY_SPACE": " ", "CATEGORY_DIGIT": "1", "CATEGORY_WORD": "a"}
    for operation, each in given:
        if str(operation) == "LITERAL":
            yield chr(each)
        elif str(operation) == "RANGE":
            yield chr(each[0])
        elif str(operation) == "CATEGORY":
            yield kinds.get(str(each), "-")


def texts_for(words: list[str], chars: list[str], size: int) -> Iterator[str]:
    """Yield hostile texts: a beginning that the expression likes, what it can repeat, an end that it does not."""
    pumps = dict.fromkeys(
        [*chars, " ", "a", "1", "是", "\n", *words[-4:], *(f"{word} " for word in words[-3:]), "1 ", "a "]
    )
    for pump in pumps:
        for start in ("", *words[-5:]):
            yield (start + pump * (size // len(pump) + 1))[:size] + "\x00"


@contextmanager
def _stopped(seconds: float) -> Iterator[None]:
    """Break off what takes longer; where there are no signals, nothing is broken off."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TimeoutError(f"more than {seconds:g} s")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _seconds(held: Held, text: str) -> float:
    start = time.process_time()
    with suppress(TimeoutError), _stopped(TOO_LONG):
        if held.anchored:
            held.regex.match(text)
            held.regex.fullmatch(text)
        else:
            for _ in held.regex.finditer(text):
                pass
    return time.process_time() - start


def _tried(held: Held, size: int) -> None:
    words, chars = parts_of(held.regex.pattern, held.regex.flags)
    limit = BOUNDED.get(held.where)
    if limit is not None:
        slow = max((_seconds(held, text), text[:30]) for text in texts_for(words, chars, limit[0]))
        assert slow[0] < 10 * QUICK, slow
        return
    for short, long in zip(texts_for(words, chars, size), texts_for(words, chars, 4 * size), strict=True):
        taken = _seconds(held, long)
        if taken > QUICK:
            ratio = taken / max(_seconds(held, short), 1e-9)
            assert ratio < 8, (
                f"{held.where}: four times {short[:30]!r} takes {ratio:.0f} times as long ({taken:.2f} s)"
            )


def cases() -> Iterator[Case]:
    """Yield every expression."""
    for held in expressions():
        name = f"{held.where} {held.regex.pattern[:40]!r}"
        yield Case(KIND, name, partial(_tried, held, SIZE), short=False)
