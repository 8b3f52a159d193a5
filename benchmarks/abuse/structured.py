"""JSON and YAML that are deep, huge, double, not finite, or not what they say: logs, kept conversations, questions, stores."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.abuse.case import Case, within
from benchmarks.abuse.sinks import strict_json
from lossclinic_kb.errors import InputError, KnowledgeError, LossclinicError, StoreError

KIND = "JSON and YAML"
DEEP = 100_000
TEXTS: dict[str, Callable[[], str]] = {
    "lists without end": lambda: "[" * DEEP,
    "lists": lambda: "[" * DEEP + "]" * DEEP,
    "objects": lambda: '{"a":' * DEEP + "1" + "}" * DEEP,
    "900 levels": lambda: '{"a":' * 900 + "1" + "}" * 900,
    "digits": lambda: "9" * 10_000,
    "exponent": lambda: '{"loss":[1e999,-1e999,1]}',
    "integer beyond floats": lambda: '{"loss":[%s,1]}' % ("9" * 400),
    "constants": lambda: '{"loss":[NaN,Infinity,-Infinity,1]}',
    "the same key twice": lambda: '{"loss":[1,2],"loss":"x","loss":null}',
    "many keys": lambda: "{" + ",".join(f'"k{n}":{n}' for n in range(20_000)) + "}",
    "prototype": lambda: '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"__class__":"x"}',
    "half a character": lambda: '{"loss\\ud800":[1,2],"a":"\\udfff"}',
    "NUL": lambda: '{"a\\u0000b":[1,2]}',
    "no object": lambda: '"text"',
    "null": lambda: "null",
    "two values": lambda: "{} {}",
    "mark at the front": lambda: "\ufeff{}",
    "comment": lambda: "/* x */ {}",
    "objects of YAML": lambda: "!!python/object/apply:os.system ['id']",
    "a billion laughs": lambda: "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)),
    "an alias of itself": lambda: "&a [*a]",
}  # fmt: skip


YAML = ("objects of YAML", "a billion laughs", "an alias of itself", "many keys", "no object", "null")
"""Those that are about YAML: only files of our own are read as such."""


def _log(text: str) -> None:
    from lossclinic_ingest.logs import UnreadableLog, read_runs

    with within(10):
        for source in (text.encode("utf-8", "surrogatepass"), f"{text}\n{text}\n"):
            try:
                read_runs(source, name="a.json")
            except (UnreadableLog, InputError) as error:
                assert "\n" not in str(error)


def _kept(text: str) -> None:
    """Such a text is no conversation; nor is one of ours with such a text at any place."""
    from lossclinic.clinic import Clinic
    from lossclinic.kept import kept, reopened

    clinic = Clinic()
    with within(10):
        for given in (text, *(json.dumps(_with(place, text)) for place in PLACES)):
            try:
                strict_json(kept(reopened(clinic, given)))
            except InputError as error:
                assert "\n" not in str(error)
                assert len(str(error)) < 1000


GOOD: dict[str, Any] = {
    "lossclinic": 1,
    "id": "a",
    "title": "t",
    "turns": [{"kind": "drop", "what": {"name": "lr"}, "said": ["a", "b"], "log": None}],
}
PLACES: tuple[tuple[str | int, ...], ...] = (
    ("lossclinic",), ("id",), ("title",), ("turns",), ("turns", 0), ("turns", 0, "kind"), ("turns", 0, "what"),
    ("turns", 0, "what", "name"), ("turns", 0, "said"), ("turns", 0, "said", 0), ("turns", 0, "log"),
)  # fmt: skip


def _with(place: tuple[str | int, ...], text: str) -> dict[str, Any]:
    """Return a kept conversation that holds at `place` what `text` says, or `text` itself where it says nothing."""
    made: dict[str, Any] = json.loads(json.dumps(GOOD))
    node: Any = made
    for step in place[:-1]:
        node = node[step]
    value: Any = text[:5000]
    with contextlib.suppress(ValueError, RecursionError):
        value = json.loads(text)
    try:
        json.dumps(value)
    except (ValueError, RecursionError):
        value = text[:5000]
    node[place[-1]] = value
    return made


def _questions(text: str) -> None:
    from lossclinic.commands import _questions

    with tempfile.TemporaryDirectory() as made, within(10):
        path = Path(made, "batch.jsonl")
        for line in (text, f'{{"id": {text}, "query": "x"}}', f'{{"id": 1, "query": {text}}}'):
            path.write_bytes(line.encode("utf-8", "surrogatepass"))
            try:
                for row in _questions(path):
                    assert set(row) == {"id", "query"}
            except InputError as error:
                assert "\n" not in str(error)


def _stores(text: str) -> None:
    from pydantic import TypeAdapter

    from lossclinic_ingest.collections.manifest import read_manifest
    from lossclinic_kb.retrieval.passage import Passage
    from lossclinic_kb.store import _manifest, lines_of

    data = text.encode("utf-8", "surrogatepass")
    with tempfile.TemporaryDirectory() as made, within(10):
        path = Path(made, "manifest.json")
        path.write_bytes(data)
        for read in (
            partial(_manifest, path),
            partial(read_manifest, data, path),
            partial(lines_of, TypeAdapter(Passage), data, path),
        ):
            try:
                read()
            except StoreError as error:
                assert "\n" not in str(error)
            else:
                raise AssertionError(f"{read} takes it")


def _knowledge(text: str) -> None:
    """Files of the knowledge base are ours; one that is not what it should be is refused with its name all the same."""
    from lossclinic_kb.files import Strict, parse_yaml, validate

    class Model(Strict):
        loss: str

    with within(10):
        try:
            validate(Model, parse_yaml(text, Path("a/b/c.yaml")), Path("a/b/c.yaml"))
        except KnowledgeError as error:
            assert "\n" not in str(error)
            assert "c.yaml" in str(error)
        else:
            raise AssertionError("taken for knowledge")


def _feedback(text: str) -> None:
    """What one person said stays one line, and what stands in the file does not break the next one's."""
    import os

    from benchmarks.abuse.subject import CAUSE, hostile_case
    from lossclinic.feedback import feedback_file, note, noted

    before = os.environ.get("LOSSCLINIC_HOME")
    with tempfile.TemporaryDirectory() as made:
        os.environ["LOSSCLINIC_HOME"] = made
        try:
            feedback_file().write_bytes(text.encode("utf-8", "surrogatepass") + b"\n\xff\xfe\n")
            note(hostile_case("plain name"), text, CAUSE, right=True, visitor="a\nb")
            (line,) = noted("a\nb").splitlines()
            assert strict_json(line)["cause"] == CAUSE
            assert noted("somebody else") == ""
        finally:
            if before is None:
                del os.environ["LOSSCLINIC_HOME"]
            else:
                os.environ["LOSSCLINIC_HOME"] = before


def _settings() -> None:
    """Settings that no JSON can hold, or that have no end, are refused."""
    from lossclinic_kb.facts import read_facts

    for name, value in {
        "lr": float("nan"), "momentum": float("inf"), "batch_size": 10**400, "classes": "9" * 5000, "model": "x" * 10_000,
        "optimizer": "x\n" * 500, "epochs": [[1]], "dropout": {"a": 1}, "x" * 10_000: 1, "amp": "maybe" * 1000,
    }.items():  # fmt: skip
        try:
            read_facts({name: value})
        except LossclinicError as error:
            assert len(str(error)) < 1500
            assert "\n" not in str(error)
        else:
            raise AssertionError(name)


def cases() -> Iterator[Case]:
    """Yield every text at every place that reads such."""
    places = {
        "log": _log, "kept conversation": _kept, "questions": _questions, "index": _stores, "knowledge": _knowledge, "feedback": _feedback,
    }  # fmt: skip
    for name, text in TEXTS.items():
        for place, attempt in places.items():
            if place != "knowledge" or name in YAML:
                yield Case(KIND, f"{place}: {name}", partial(_tried, attempt, text), place != "log")
    yield Case(KIND, "settings", _settings)


def _tried(attempt: Callable[[str], None], text: Callable[[], str]) -> None:
    attempt(text())
