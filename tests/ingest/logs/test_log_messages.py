"""What a log says between its numbers: read of every log of lines, of no other, and never where nothing was said."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from lossclinic_ingest.logs import READERS, read_log, read_runs
from lossclinic_kb.messages import load_messages, printed_in
from lossclinic_kb.run import Run

ROOT = Path(__file__).parents[2]
CASES = sorted(path.parent for path in (ROOT / "logs").glob("*/*/expected.json"))
OF_LINES = [id_ for id_ in READERS if READERS.reads_lines(id_)]
TARGET = load_messages()["target_size_differs"].example
FIELD = ROOT.parent / "benchmarks" / "field"
HOSTILE = {
    "steers a terminal": TARGET.replace("Please", "\x1b]0;owned\x07\x9b2J Please"),
    "turns text": TARGET.replace("Please", "\u202ePlease"),
    "markup": TARGET.replace("Please", "<script>alert(1)</script>[a](javascript:b) Please"),
    "endless": TARGET + "x" * 200_000,
}


def case_of(format_id: str) -> Path:
    """Return the longest recorded log of a format that is read in no time."""
    cases = [case / json.loads((case / "expected.json").read_text())["file"] for case in CASES if case.parent.name == format_id]  # fmt: skip
    short = [path for path in cases if path.is_file() and path.stat().st_size < 200_000]
    return max(short, key=lambda path: path.stat().st_size)


def ids(run: Run) -> list[str] | None:
    return None if run.messages is None else [each.message for each in run.messages]


def test_there_are_logs_of_lines() -> None:
    assert len(OF_LINES) >= 16
    assert {"plain_text", "megatron", "fairseq", "hf_printed", "keras_console"} <= set(OF_LINES)


@pytest.mark.parametrize("format_id", OF_LINES)
def test_every_log_of_lines_is_heard(format_id: str) -> None:
    lines = case_of(format_id).read_bytes().decode("utf-8", errors="replace").replace("\r", "\n").split("\n")
    half = len(lines) // 2
    runs = read_runs("\n".join([*lines[:half], TARGET, *lines[half:]]))
    assert {run.format for run in runs} == {format_id}
    for run in runs:
        assert run.messages is not None
        (found,) = [each for each in run.messages if each.message == "target_size_differs"]
        assert found.line == half + 1


@pytest.mark.parametrize("source", ["step,loss\n1,2.0\n2,1.5\n3,1.1\n", '{"loss": [3.0, 2.0, 1.0]}\n', "{}"])
def test_tables_and_json_have_no_lines_to_hear(source: str) -> None:
    if source == "{}":
        assert read_log({"loss": [3.0, 2.0, 1.0]}).messages is None
    else:
        assert read_log(source).messages is None


def test_a_file_among_others_is_heard(tmp_path: Path) -> None:
    lines = "\n".join(f"epoch {step} train_loss {2 / (step + 1):.4f}" for step in range(20))
    (tmp_path / "a.log").write_text(f"{TARGET}\n{lines}")
    (tmp_path / "b.log").write_text(lines)
    assert [ids(run) for run in read_runs(tmp_path)] == [["target_size_differs"], []]


PRINTED = {
    "megatron/skipped_and_nan_in_fp16": ["megatron_nan_iterations"],
    "megatron/gpt_neox": ["megatron_nan_iterations"],
    "hf_printed/v4_bars_and_arguments_around": ["transformers_padding_unmasked"],
    "detectron2_console/stopped_by_nan": ["detectron2_loss_not_finite"],
}
"""The recorded logs in which a library did print something, with what it was; the list may only shrink."""


def sound_logs() -> list[Path]:
    """Return every recorded log of the readers, and the open ones of the field in which nothing is wrong."""
    truth = json.loads((FIELD / "truth.json").read_text(encoding="utf-8")).values()
    field = [FIELD / row["log"] for row in truth if (row["cause"], row["side"]) == ("healthy", "open")]
    files = (path for path in (ROOT / "logs").glob("*/*/*") if path.suffix not in (".json", ".py"))
    return [path for path in (*files, *field) if path.is_file() and path.stat().st_size < 2_000_000]


def test_no_message_is_heard_where_none_was_printed() -> None:
    logs = sound_logs()
    heard = {
        f"{path.parent.parent.name}/{path.parent.name}": [each.message for each in run.messages]
        for path in logs
        if printed_in(path.read_bytes().decode("utf-8", errors="replace"))  # else reading could hear nothing
        for run in read_runs(path)
        if run.messages
    }
    assert len(logs) > 300
    assert heard == PRINTED


@pytest.mark.parametrize("kind", HOSTILE)
def test_of_a_hostile_line_nothing_is_left_but_a_short_quotation(kind: str) -> None:
    lines = [f"epoch {step} train_loss {2 / (step + 1):.4f}" for step in range(20)]
    (found,) = read_log("\n".join([HOSTILE[kind], *lines])).messages or ()
    assert found.message == "target_size_differs"
    assert len(found.quote) <= 200
    assert found.quote.isprintable() or "\ufffd" in found.quote
    assert not set(found.quote) & {"\x1b", "\x07", "\x9b", "\u202e", "\n"}


def test_the_loss_scale_that_a_sentence_says_is_read_as_one() -> None:
    said = "Gradient overflow.  Skipping step, loss scaler 0 reducing loss scale to {}"
    lines = [
        line
        for step in range(20)
        for line in (said.format(2.0 ** (16 - step)), f"step {step} loss {4 - step / 9:.3f}")
    ]
    run = read_log("\n".join(lines))
    scale = run.pick("loss_scale")
    assert scale is not None
    assert set(scale.values) <= {2.0 ** (16 - step) for step in range(20)}
    assert len(scale) >= 19
    assert ids(run) == ["apex_scale_exhausted"]


def test_hearing_costs_a_few_percent_of_reading() -> None:
    line = "[2026-11-01 12:{0:02d}:{1:02d},123] INFO train.py:88 epoch {2} step {3} loss {4:.6f} lr 1.0e-03"
    text = "\n".join(line.format(i // 60 % 60, i % 60, i // 1000, i, 2.3 / (1 + i)) for i in range(8_000))
    began = time.process_time()
    read_log(text)
    reading = time.process_time() - began
    hearing = []
    for _ in range(3):
        began = time.process_time()
        printed_in(text)
        hearing.append(time.process_time() - began)
    assert min(hearing) < 0.05 * reading  # measured: about 0.01
