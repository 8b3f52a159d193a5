"""A person's own documents in answers: quoted with their place, never weighed; the verb `ingest`."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from lossclinic import Clinic
from lossclinic.cli import main
from lossclinic.compose import compose
from lossclinic.report import html_page
from lossclinic_ingest import build, encoders
from lossclinic_ingest.collections.search import OwnDocuments
from lossclinic_ingest.encoders import Encoder, Progress
from lossclinic_kb.case import Observations
from lossclinic_kb.causes import load_cause
from lossclinic_kb.documents import DocumentPassage
from lossclinic_kb.retrieval import CauseRetriever

RUNBOOK = """# Cluster handbook

## NaN on node gpu-17

When the training loss turns NaN on node gpu-17 only, its second card has bad memory: drain the node.

    scontrol update nodename=gpu-17 state=drain

## Holidays

The office is closed between Christmas and the New Year.
"""
HANDBOOK = "第一章 学习率\n\n大模型预训练统一用 2000 步 warmup，峰值学习率 3e-4；损失突然飙升时先检查数据分片是否损坏。\n"
PASSAGE = DocumentPassage(
    text="Drain <b>it</b>\x1b[31m\n    scontrol `a` ```b```",
    file="run[1].md",
    heading="A > B",
    link="file:///x/run%5B1%5D.md#b",
    collection="default",
    score=0.5,
)


class Words(Encoder):
    """Each word is a direction of its own."""

    def __init__(self, *_: object, **__: object) -> None:
        """Take what the real one takes."""

    @property
    def fingerprint(self) -> str:
        return "words"

    @property
    def reads_chinese(self) -> bool:
        return True

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        if progress is not None:
            progress(len(texts), len(texts))
        return np.array([self.embed_query(text) for text in texts], dtype=np.float32)

    def embed_query(self, text: str) -> list[float]:
        vector = np.zeros(64)
        for word in re.findall(r"\w+", text.lower()):
            vector[zlib.crc32(word.encode()) % 64] += 1
        return [float(value) for value in vector / max(np.linalg.norm(vector), 1e-12)]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "runbook.md").write_text(RUNBOOK)
    (folder / "手册.txt").write_text(HANDBOOK)
    return folder


@pytest.fixture
def clinic(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A clinic that knows three causes and the notes."""
    known = {cause: load_cause(cause) for cause in ("lr_too_high", "nan_in_data", "overfitting")}
    monkeypatch.setattr(build, "load_causes", lambda: known)
    clinic = Clinic(home=tmp_path / "home")
    store = build.build_index(Words(), tmp_path / "home" / "index")
    clinic._retriever = CauseRetriever(store=store, embeddings=Words())
    clinic.ingest(notes)
    return clinic


QUESTION = "the training loss becomes NaN, but only on node gpu-17"


def test_an_answer_quotes_the_passage_that_fits(clinic: Clinic, notes: Path) -> None:
    made = clinic.ask(QUESTION)
    first = made.documents[0]
    assert first.heading == "Cluster handbook > NaN on node gpu-17"
    assert first.link == f"{(notes / 'runbook.md').as_uri()}#nan-on-node-gpu-17"
    assert not any("Christmas" in passage.text for passage in made.documents)
    assert clinic.ask("大模型预训练损失突然飙升").documents[0].file == "手册.txt"


def test_probabilities_do_not_depend_on_documents(clinic: Clinic, tmp_path: Path) -> None:
    with_documents = clinic.ask(QUESTION)
    clinic._documents = OwnDocuments(tmp_path / "nowhere")
    without = clinic.ask(QUESTION)
    assert with_documents.documents
    assert without.documents == ()
    assert replace(with_documents, documents=(), case=without.case) == without


def test_documents_stay_with_the_case(clinic: Clinic) -> None:
    made = clinic.ask(QUESTION)
    assert made.in_language("zh").documents == made.documents
    assert made.next_check is not None
    outcome = made.next_check.outcomes[0].id
    assert made.answer(made.next_check.id, outcome).documents == made.documents
    assert clinic.chat().say(QUESTION).documents == made.documents


def test_what_is_forgotten_is_not_quoted(clinic: Clinic, notes: Path) -> None:
    done = clinic.forget(notes / "runbook.md")
    assert (done.removed, done.documents) == (1, 1)
    assert not any(passage.file == "runbook.md" for passage in clinic.ask(QUESTION).documents)
    clinic.forget()
    assert clinic.ask(QUESTION).documents == ()


@pytest.fixture
def quoted() -> Observations:
    return Observations(documents=(PASSAGE,))


def test_every_output_shows_place_and_text_and_runs_nothing(quoted: Observations) -> None:
    from lossclinic.render import terminal

    made = compose(quoted, None, "en")
    data = json.loads(json.dumps(made.to_dict()))
    assert data["documents"] == [
        {
            "text": PASSAGE.text,
            "file": "run[1].md",
            "heading": "A > B",
            "link": "file:///x/run%5B1%5D.md#b",
            "collection": "default",
            "score": 0.5,
        }
    ]
    assert "From your documents" in made.to_markdown()
    assert "你的文档里" in compose(quoted, None, "zh").to_markdown()
    page = html_page([made])
    assert '<a href="file:///x/run%5B1%5D.md#b">run[1].md › A &gt; B</a>' in page
    assert "<b>it</b>" not in page
    assert "scontrol `a` ```b```" in page
    shown = terminal(made)
    assert "\x1b[31m" not in shown
    assert PASSAGE.link in shown


def test_prose_is_quoted_as_it_is_written() -> None:
    prose = replace(PASSAGE, text="Use **three** <script>alert(1)</script> [x](javascript:y)")
    page = html_page([compose(Observations(documents=(prose,)), None, "en")])
    assert "<blockquote>" in page
    assert "<script>alert" not in page
    assert "**three**" in page
    assert "javascript:y</a>" not in page


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("LOSSCLINIC_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(encoders, "SentenceEncoder", Words)
    return CliRunner()


def said(run: CliRunner, *arguments: str) -> Result:
    return run.invoke(main, ["ingest", *arguments, "--lang", "en"])


def test_ingest_list_and_remove(run: CliRunner, notes: Path) -> None:
    done = said(run, str(notes))
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(
        "default: 2 documents, 3 passages (2 new or changed, 0 unchanged, 0 gone)\n"
    )
    assert "3 passages encoded" in done.stdout
    assert "Nothing has changed." in said(run).stdout
    listed = said(run, "--list")
    assert "default: 2 documents, 3 passages, every file as written" in listed.stdout
    assert str(notes / "手册.txt") in said(run, "--list", "--collection", "default").stdout
    assert "1 documents removed, 1 left" in said(run, "--remove", str(notes / "runbook.md")).stdout
    assert said(run, "--remove").exit_code == 2
    assert said(run, "--remove", "--collection", "default").exit_code == 0
    assert "There are no documents yet" in said(run, "--list").stdout


def test_chinese_is_spoken_too(run: CliRunner, notes: Path) -> None:
    done = run.invoke(main, ["ingest", str(notes), "--lang", "zh"])
    assert "2 份文档" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere.md",),
        (),
        ("--list", "--collection", "none"),
        ("--remove", "x.md"),
        (".", "--collection", "../x"),
    ],
)
def test_what_cannot_be_done_is_one_line(run: CliRunner, arguments: tuple[str, ...]) -> None:
    done = said(run, *arguments)
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_a_file_that_cannot_be_read_is_named(run: CliRunner, notes: Path) -> None:
    (notes / "bad.pdf").write_bytes(b"%PDF-1.7")
    done = said(run, str(notes))
    assert done.exit_code == 0
    assert "bad.pdf: it is damaged or no such document" in done.stderr
    assert "1 could not be read" in done.stdout
    assert said(run, str(notes / "bad.pdf"), "--collection", "other").exit_code == 2


def test_the_doctor_and_verify_tell_of_collections(
    run: CliRunner, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lossclinic import doctor

    said(run, str(notes))
    assert (
        True,
        "documents: default: 2 documents, 3 passages, every file as written; from " + str(notes),
    ) in (doctor._documents("en"))
    monkeypatch.setattr(build, "describe_index", lambda **_: "index")
    good = run.invoke(main, ["index", "--verify"])
    assert "default: 2 documents" in good.stdout
    assert good.exit_code == 0
    (vectors,) = (tmp_path / "home").rglob("vectors.faiss")
    vectors.write_bytes(b"")
    bad = run.invoke(main, ["index", "--verify"])
    assert bad.exit_code == 2
    assert "damaged" in bad.stdout
    assert [state for state in doctor._documents("en") if not state[0]]
