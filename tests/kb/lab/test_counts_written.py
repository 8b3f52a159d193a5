"""The table of counts: what the lab writes is what the ranking reads, and the file holds it line by line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lossclinic_kb import likelihoods
from lossclinic_kb.causes import CAUSES
from lossclinic_kb.lab.count import written
from lossclinic_kb.likelihoods import COUNTS, HEALTHY, Corrections, Counts, read_counts
from lossclinic_kb.symptoms import SYMPTOMS


def made() -> tuple[Counts, Corrections]:
    """Return counts of a few hypotheses, and corrections of which most are none."""
    draw = random.Random(3)
    counts = {
        name: {symptom: (draw.randrange(9), draw.randrange(9, 40)) for symptom in SYMPTOMS}
        for name in ("lr_too_high", "overfitting", HEALTHY)
    }
    corrections = {
        symptom: {
            state: {cause: draw.choice((-0.31, 0.02, 1.5)) for cause in CAUSES if draw.random() < 0.2}
            for state in ("present", "absent")
        }
        for symptom in SYMPTOMS
    }
    return counts, corrections


def test_what_is_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "likelihoods.json"
    monkeypatch.setattr(likelihoods, "COUNTS", path)
    assert read_counts() == ({}, {})
    counts, corrections = made()
    path.write_text(written({"command": "none"}, counts, corrections), encoding="utf-8")
    assert read_counts() == (counts, corrections)


def test_a_row_is_a_line_and_names_stand_once() -> None:
    counts, corrections = made()
    text = written({"command": "none"}, counts, corrections)
    assert len(text.splitlines()) == 2 + 3 + 2 * 2 + len(counts) + len(corrections)
    assert text.count('"loss_diverges"') == 2  # among the names, and as a row of corrections
    assert text.count('"lr_too_high"') == 2  # among the names, and as a row of counts


def test_the_file_in_the_package_is_as_the_lab_writes_it() -> None:
    counts, corrections = read_counts()
    text = COUNTS.read_text(encoding="utf-8")
    assert set(counts) <= {*CAUSES, HEALTHY}
    assert all(0 <= seen <= could for row in counts.values() for seen, could in row.values())
    if any(set(row) != set(SYMPTOMS) for row in counts.values()):
        pytest.skip("a new symptom waits to be counted")
    recipe = text.splitlines()[1]
    assert written({}, counts, corrections).splitlines()[2:] == text.splitlines()[2:]
    assert recipe.startswith('"recipe": {"command": "python -m lossclinic_kb.lab.count"')
