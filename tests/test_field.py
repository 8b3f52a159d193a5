"""The field set: what is written down of it is so, its names betray nothing, its two sides share nothing."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from benchmarks.field import judge

from lossclinic_kb.causes import CAUSES
from lossclinic_kb.facts import KNOWN

FIELD = Path(judge.__file__).parent
TRUTHS = judge.truths("all")
LOGS = sorted(path for path in (FIELD / "logs").rglob("*") if path.is_file())


def test_every_log_has_its_truth_and_every_truth_its_log() -> None:
    assert {path.relative_to(FIELD).as_posix() for path in LOGS} == {
        truth["log"] for truth in TRUTHS.values()
    }
    assert all(Path(truth["log"]).stem == name for name, truth in TRUTHS.items())


def test_the_set_is_small() -> None:
    assert sum(path.stat().st_size for path in LOGS) < 4_000_000


def test_the_sides_share_neither_task_nor_tool() -> None:
    for key in ("task", "tool"):
        held = [
            {truth[key] for truth in TRUTHS.values() if truth["side"] == side} for side in ("open", "kept")
        ]
        assert not held[0] & held[1]


@pytest.mark.parametrize("name", TRUTHS)
def test_a_truth_is_complete(name: str) -> None:
    truth = TRUTHS[name]
    assert truth["cause"] in (*CAUSES, "healthy")
    assert len(truth["expert"]) > 20
    assert truth["config"].keys() <= KNOWN.keys()
    assert truth["log"].startswith(f"logs/{truth['side']}/")


def test_no_log_names_its_cause() -> None:
    words = [cause.encode() for cause in CAUSES]
    assert [path.name for path in LOGS if any(word in path.read_bytes() for word in words)] == []


def test_a_log_of_each_tool_is_read_as_one_run() -> None:
    from lossclinic_ingest.logs import read_log

    of_tool = {truth["tool"]: truth["log"] for truth in TRUTHS.values() if truth["cause"] == "healthy"}
    for tool, log in of_tool.items():
        roles = {series.role for series in read_log(FIELD / log).series}
        assert "train_loss" in roles, tool


def test_the_judge_counts_what_a_user_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {"a": "lr_too_high", "b": "overfitting", "c": "healthy", "d": "nan_in_data"}
    written = {
        name: {"cause": cause, "side": "open", "tool": "t", "log": name, "config": {"lr": 1}}
        for name, cause in rows.items()
    }
    (tmp_path / "truth.json").write_text(json.dumps(written))
    monkeypatch.setattr(judge, "HERE", tmp_path)

    def diagnose(log: Path, config: dict[str, Any] | None) -> SimpleNamespace:
        named = {"a": ["lr_too_high"], "b": ["x", "overfitting"], "c": ["x"], "d": ["nan_in_data"]}[log.name]
        status = "healthy" if log.name == "d" or (log.name == "c" and config) else "diagnosed"
        return SimpleNamespace(status=status, causes=[SimpleNamespace(id=one) for one in named])

    judge.report("open", diagnose)
    lines = capsys.readouterr().out.splitlines()
    # faulty, flagged, first, three, five, benign, flagged: what is called healthy names no cause
    assert lines[2].split()[2:] == ["3", "0.67", "0.33", "0.67", "0.67", "1", "1.00"]
    assert lines[3].split()[3:] == ["3", "0.67", "0.33", "0.67", "0.67", "1", "0.00"]
    assert [line.split() for line in lines[-2:]] == [
        ["nan_in_data", "nothing", "1"],
        ["overfitting", "x", "1"],
    ]
