"""Every limit of a log is a setting, and the message of its refusal names it."""

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hostile import CSV, refused, tarred, understood, zipped

CELL = {
    "cell_type": "code",
    "outputs": [{"output_type": "stream", "text": "step 1 loss 1\nstep 2 loss 0.5\n"}],
}


@pytest.mark.parametrize(
    ("setting", "value", "source", "said"),
    [
        ("LOG_MB", "1", b"1,2\n" * 300_000, "more than 1 MB"),
        ("LOG_MB", "1", zipped({"a.csv": np.random.default_rng(0).bytes(1_100_000)}), "more than 1 MB"),
        ("LOG_MB", "1", zipped({"a.csv": bytes(600_000), "b.csv": bytes(600_000)}), "more than 1 MB"),
        ("LOG_MB", "1", gzip.compress(bytes(1_100_000)), "more than 1 MB"),
        ("LOG_MB", "1", tarred((tarfile.TarInfo("a.csv"), bytes(1_100_000)), mode="w:xz"), "more than 1 MB"),
        ("CELLS", "1", b"a,b\n" + b"1,2\n" * 600_000, "or 1 million cells"),
        ("COLUMNS", "3", b"a,b,c,d\n" + b"1,2,3,4\n" * 3, "more than 3 columns"),
        ("COLUMNS", "5000", b",".join([b"a"] * 10_000) + b"\n" + (b"1," * 9999 + b"1\n") * 3, "more than 5000 columns"),
        ("FILES", "5", zipped({f"{i}.csv": CSV for i in range(6)}), "more than 5 files"),
        ("FILES", "5", tarred(*((tarfile.TarInfo(f"{i}.csv"), CSV) for i in range(6))), "more than 5 files"),
        ("FILES", "2000", zipped({f"{i}.csv": b"" for i in range(5000)}), "more than 2000 files"),
        ("FILES", "2000", json.dumps({f"run{i}": {"loss": [1, 2, 3]} for i in range(30_000)}).encode(), "more than 2000 runs"),
        ("FILES", "2000", json.dumps([{"name": f"r{i}", "loss": [1, 2]} for i in range(30_000)]).encode(), "more than 2000 runs"),
        ("FILES", "2000", json.dumps({"cells": [CELL] * 30_000, "nbformat": 4}).encode(), "more than 2000 runs or outputs"),
        ("RATIO", "20", gzip.compress(b"1,2\n" * 4_500_000), "more than 20 times its size"),
        ("RATIO", "20", zipped({"a.csv": b"1,2\n" * 4_500_000}), "more than 20 times its size"),
    ],
)  # fmt: skip
def test_every_limit_is_a_setting_that_its_message_names(
    setting: str, value: str, source: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"LOSSCLINIC_MAX_{setting}", value)
    refused(source, rf"{said}.*LOSSCLINIC_MAX_{setting}")


def test_a_limit_that_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = b",".join(b"c%d" % i for i in range(10_000)) + b"\n" + (b"1," * 9999 + b"1\n") * 3
    monkeypatch.setenv("LOSSCLINIC_MAX_COLUMNS", "10000")
    assert len(understood(wide).series) == 10_000
    monkeypatch.setenv("LOSSCLINIC_MAX_FILES", "3000")
    assert len(understood(zipped({f"{i}.csv": CSV for i in range(2100)})).others) == 2100


def test_a_folder_of_too_many_or_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(4):
        (tmp_path / f"{place}.csv").write_bytes(CSV + b"4,1\n" * 100_000)
    monkeypatch.setenv("LOSSCLINIC_MAX_LOG_MB", "1")
    refused(tmp_path, "more than 1 MB.*LOSSCLINIC_MAX_LOG_MB")
    monkeypatch.delenv("LOSSCLINIC_MAX_LOG_MB")
    monkeypatch.setenv("LOSSCLINIC_MAX_FILES", "3")
    refused(tmp_path, "more than 3 files.*LOSSCLINIC_MAX_FILES")
