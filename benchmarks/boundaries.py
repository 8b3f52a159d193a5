"""Every place beside the readers of logs where something of a stranger gets in, as the search for crashes sees it.

What is tried there must return, or be refused by an error of lossclinic with one line in both languages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import requests

Check = Callable[[bytes], None]
SENTENCES: Final = (
    "loss 2.31 -> 1.97 -> 47.2 -> nan after 300 steps with lr 1e-3, batch size 32, AdamW, fp16",
    "train acc 0.98, val acc 0.55 with 10 classes; I lowered lr from 0.1 to 0.01, nothing changed",
    "训练损失不下降，学习率设为 0.001，batch size 64，10 分类，验证集准确率只有 10%",
    "step,loss\n1,2.3\n2,2.2\n3,2.1\nwhy does it go up?",
    "no, the loss still goes up after lr_down_10x; it did not help",
)


@dataclass(frozen=True)
class Boundary:
    """One place.

    Attributes:
        modules: Packages whose branches lead the search.
        opened: Imports what is needed and returns what tries one input.
        beginnings: Inputs that are what is expected there.
    """

    modules: Sequence[str]
    opened: Callable[[], Check]
    beginnings: Callable[[], list[bytes]]


@contextmanager
def refused() -> Any:
    """Let an error of lossclinic pass that is one line in both languages; all others go through."""
    from lossclinic_kb.errors import LossclinicError

    try:
        yield
    except LossclinicError as error:
        for line in (error.text.en, error.text.zh):
            assert line, "an error without a word"
            assert "\n" not in line, line
            assert len(line) < 3000, line


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")  # halves of characters, as names of files have them


def _questions() -> Check:
    from lossclinic.pasted import words_and_log
    from lossclinic.render import escaped, one_line, plain
    from lossclinic_kb.reading import facts_in, statements_in
    from lossclinic_kb.reading.answers import answer_to, answers_in
    from lossclinic_kb.retrieval.letters import runs
    from lossclinic_kb.retrieval.tokenise import tokenise
    from lossclinic_kb.retrieval.translate import to_english
    from lossclinic_kb.text import language_of, whole

    def check(data: bytes) -> None:
        text = whole(_text(data))
        for fact in facts_in(text).values():
            json.dumps(fact, allow_nan=False)
        for said in statements_in(text):
            assert said.quote
            assert len(said.quote) <= 90
        answers_in(text)
        answer_to("lr_down_10x", text)
        words, log = words_and_log(text)
        assert len(words) + len(log) <= 2 * len(text) + 2
        tokenise(text)
        runs(text)
        to_english(text)
        language_of(text)
        assert "\n" not in one_line(text)
        assert "\x1b" not in plain(text)
        assert "<script" not in escaped(text)

    return check


def _documents() -> Check:
    from lossclinic_ingest.documents.formats import FORMATS, read_document
    from lossclinic_ingest.documents.pieces import pieces_of

    suffixes = [form.suffixes[0] for form in FORMATS.values()]

    def check(data: bytes) -> None:
        name = f"a{suffixes[data[0] % len(suffixes)]}" if data else "a.md"
        with refused():
            for piece in pieces_of(read_document(name, data[1:])):
                piece.text.encode("utf-8", "surrogatepass")
                assert piece.text.strip()

    return check


def _documents_begin() -> list[bytes]:
    import importlib.util

    from lossclinic_ingest.documents.formats import FORMATS

    path = Path(__file__).parents[1] / "tests" / "ingest" / "documents" / "handbook.py"
    spec = importlib.util.spec_from_file_location("handbook", path)
    assert spec is not None
    assert spec.loader is not None
    handbook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(handbook)
    places = {form.suffixes[0]: place for place, form in enumerate(FORMATS.values())}
    return [bytes([places[Path(name).suffix]]) + make() for name, make in handbook.FILES.items()]


def _conversations() -> Check:
    from lossclinic.clinic import Clinic
    from lossclinic.kept import kept, reopened

    clinic = Clinic()

    def check(data: bytes) -> None:
        with refused():
            text = kept(reopened(clinic, _text(data)))
            text.encode()
            json.loads(text, parse_constant=_refuse)

    return check


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def _conversations_begin() -> list[bytes]:
    run = {
        "format": "generic_csv",
        "source": "a.csv",
        "name": "",
        "others": [],
        "notes": [["a", "b"]],
        "config": {"lr": 0.1},
    }
    series = [
        {
            "name": "train_loss",
            "role": "train_loss",
            "values": [2.0, None, "nan", "-inf", 1],
            "step": [1, 2, 3, 4, 5],
        }
    ]
    turns: list[dict[str, Any]] = [
        {"kind": "fact", "what": {"name": "lr", "value": "0.1"}, "said": ["lr: 0.1", "lr: 0.1"]},
        {
            "kind": "say",
            "what": {"text": ""},
            "said": ["[a.csv]", "[a.csv]"],
            "log": [{**run, "series": series}],
        },
        {"kind": "answer", "what": {"check": "lr_down_10x", "outcome": "loss_falls"}, "said": ["a", "b"]},
        {"kind": "role", "what": {"column": "train_loss", "role": "val_loss"}, "said": ["a", "b"]},
        {"kind": "later", "what": {"check": "lr_up_10x"}, "said": ["a", "b"], "too_large": True},
    ]
    held = [
        {"lossclinic": 1, "id": "a", "title": "t", "turns": turns[:count]}
        for count in range(1, len(turns) + 1)
    ]
    return [json.dumps(each).encode() for each in held]


def _stores() -> Check:
    from pydantic import TypeAdapter

    from lossclinic.feedback import _visitor
    from lossclinic_ingest.collections.manifest import Entry, read_manifest
    from lossclinic_kb.errors import StoreError
    from lossclinic_kb.retrieval.passage import Passage
    from lossclinic_kb.store import lines_of

    where = Path("store")
    # What follows a digest (vectors, words) is never looked at before the digest is found right.
    kinds: list[Callable[[bytes], Any]] = [
        lambda data: read_manifest(data, where),
        lambda data: lines_of(TypeAdapter(Passage), data, where),
        lambda data: lines_of(TypeAdapter(Entry), data, where),
        _visitor,
    ]

    def check(data: bytes) -> None:
        try:
            kinds[data[0] % len(kinds) if data else 0](data[1:])
        except StoreError as error:
            assert "\n" not in str(error)

    return check


def _stores_begin() -> list[bytes]:
    entry = {
        "path": "/a.md",
        "member": "",
        "digest": "0" * 64,
        "format": "markdown",
        "title": "a",
        "passages": 1,
    }
    manifest = {
        "format": "lossclinic-documents", "version": 1, "model": "m", "translated": False, "floor": 0.1, "roots": ["/a"], "index": "Flat",
        "dims": 4, "count": 1, "files": {"passages.jsonl": "0" * 64}, "digest": "",
    }  # fmt: skip
    passage = {"cause": "lr_too_high", "lang": "en", "kind": "phrase", "section": None, "text": "loss is nan"}
    told = {"visitor": "a", "cause": "lr_too_high", "right": True}
    return [
        bytes([place]) + json.dumps(each).encode()
        for place, each in ((0, manifest), (1, passage), (2, entry), (3, told))
    ]


def _arguments() -> Check:
    from click.testing import CliRunner

    from lossclinic.cli import main
    from lossclinic_kb.facts import read_facts

    verbs = {
        "--set": "diagnose",
        "--map": "diagnose",
        "--run": "diagnose",
        "--lang": "diagnose",
        "--collection": "ingest",
        "": "causes",
    }

    def check(data: bytes) -> None:
        text = _text(data[1:]).replace("\x00", "")
        with refused():
            for fact in read_facts({text.partition("=")[0]: text.partition("=")[2]}).values():
                json.dumps(fact, allow_nan=False)
        option = list(verbs)[data[0] % len(verbs)] if data else ""
        given = [
            verbs[option],
            *([option] if option else []),
            text,
            *(["-"] if verbs[option] == "diagnose" else []),
        ]
        if verbs[option] == "ingest":
            given = ["ingest", "--list", "--collection", text]
        done = CliRunner().invoke(main, given, input=b"step,loss\n1,2\n2,1\n3,0.5\n", catch_exceptions=False)
        assert done.exit_code in (0, 2), done.exit_code
        assert "Traceback" not in done.output

    return check


def _arguments_begin() -> list[bytes]:
    texts = ("lr=3e-4", "train_loss=loss", "run 1", "zh", "mine", "lr_too_high")
    return [bytes([place]) + text.encode() for place, text in enumerate(texts)]


def _names() -> Check:
    from lossclinic.uploads import _UNSAFE, LONGEST
    from lossclinic_ingest.collections.folders import collection_folder
    from lossclinic_ingest.collections.places import link
    from lossclinic_ingest.logs.inputs.names import shown

    def check(data: bytes) -> None:
        text = _text(data)
        assert "\n" not in shown(text)
        shown(text).encode()
        assert "/" not in _UNSAFE.sub("_", text)[-LONGEST:]
        link("/a", "", text.encode("utf-8", "replace").decode())
        with refused():
            assert collection_folder(text, Path("/home")).parent == Path("/home/documents")

    return check


BOUNDARIES: Final[dict[str, Boundary]] = {
    "questions": Boundary(["lossclinic_kb.reading", "lossclinic_kb.retrieval", "lossclinic.pasted"], _questions, lambda: [each.encode() for each in SENTENCES]),
    "documents": Boundary(["lossclinic_ingest.documents"], _documents, _documents_begin),
    "conversations": Boundary(["lossclinic.kept", "lossclinic.packing", "lossclinic.conversation", "lossclinic.session", "lossclinic_kb.run"], _conversations, _conversations_begin),
    "stores": Boundary(["lossclinic_ingest.collections", "lossclinic_kb.store", "lossclinic.feedback"], _stores, _stores_begin),
    "arguments": Boundary(["lossclinic.commands", "lossclinic_kb.facts", "lossclinic.cli", "lossclinic.documents"], _arguments, _arguments_begin),
    "requests": Boundary(list(requests.GATE), requests.opened, requests.beginnings),
    "names": Boundary(["lossclinic_ingest.logs.inputs.names", "lossclinic_ingest.collections", "lossclinic.uploads"], _names, lambda: [b"run.csv", b"../a.md", b"notes"]),
}  # fmt: skip
"""Every boundary by its name."""
