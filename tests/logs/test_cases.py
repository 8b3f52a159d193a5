"""Every recorded log is read, and holds what its expected.json says."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossclinic_ingest.logs import READERS, read_log
from lossclinic_kb.run import Series

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/expected.json"))


def number(spelled: float | str | None) -> float | None:
    """Return the value that JSON holds as a number or as `nan`, `inf`, `-inf`."""
    return None if spelled is None else float(spelled)


def described(series: Series) -> dict[str, Any]:
    """Return what an expected.json says of a series."""
    logged = series.logged.values
    return {
        "name": series.name,
        "role": series.role,
        "points": len(logged),
        "non_finite": series.non_finite,
        "missing": int(series.missing.sum()),
        "first": float(logged[0]) if len(logged) else None,
        "last": float(logged[-1]) if len(logged) else None,
        "sum": math.fsum(logged[np.isfinite(logged)]),
    }


def same(found: float | None, expected: float | None) -> bool:
    """Whether two values are equal to the last bit, NaN being equal to NaN."""
    if found is None or expected is None:
        return found is expected
    return found == expected or (math.isnan(found) and math.isnan(expected))


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_recorded_log(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    run = read_log(case / expected["file"])
    assert run.format == expected["format"] == case.parent.name
    assert dict(run.config) == expected["config"]
    assert run.name == expected["run"]
    assert list(run.others) == expected["runs"]
    assert len(run.notes) == expected["notes"], [note.en for note in run.notes]
    assert sorted({int(row) for series in run.series for row in series.restarts}) == expected["restarts"]
    found = {series.name: described(series) for series in run.series}
    assert sorted(found) == sorted(series["name"] for series in expected["series"])
    for series in expected["series"]:
        mine = found[series["name"]]
        for end in ("first", "last"):
            assert same(mine.pop(end), number(series.pop(end))), f"{series['name']}: {end}"
        total = mine.pop("sum")
        assert total == pytest.approx(series.pop("sum", total), rel=1e-9), series["name"]
        assert mine == series


def test_every_reader_has_recorded_logs() -> None:
    assert {case.parent.name for case in CASES} == set(READERS)


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_extension_does_not_matter(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    log = case / expected["file"]
    if log.is_file():
        assert read_log(log.read_bytes(), name="x.bin").format == expected["format"]
