"""What the ranking learns from the lab: `python -m lossclinic_kb.lab.count`.

P(symptom | cause), counted, and the corrections of `tune.py`. Every fault of the counting side that can be seen, and
everything benign there; each run through the five views of `views.py`. What is not recorded yet is trained first. The
tasks and workloads that judge are never looked at.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from lossclinic_kb.causes import CAUSES
from lossclinic_kb.lab.jobs import BENIGN_SEEDS, SEEDS, TASKS, TRAININGS, benign_jobs, faulty_pairs
from lossclinic_kb.lab.recordings import record
from lossclinic_kb.lab.seen import Seen, counts_of, look, recorded_jobs
from lossclinic_kb.lab.tune import ABSENT, fit_corrections
from lossclinic_kb.likelihoods import COUNTS, HEALTHY, Corrections, Counts
from lossclinic_kb.symptoms import SYMPTOMS
from lossclinic_kb.text import Text

LEAST = 0.02
"""Smaller corrections change the odds by less than a fiftieth, and are left out."""


def corrections_of(seen: Seen) -> Corrections:
    """Return what to add for a cause where a symptom is present, and where it is absent."""
    fitted = fit_corrections(seen)
    present, absent = fitted[: len(SYMPTOMS)], ABSENT * fitted[len(SYMPTOMS) :]
    return {
        symptom: {
            state: {
                cause: round(float(value), 2)
                for cause, value in zip(CAUSES, row, strict=True)
                if abs(value) >= LEAST
            }
            for state, row in (("present", present[index]), ("absent", absent[index]))
        }
        for index, symptom in enumerate(SYMPTOMS)
    }


def main() -> None:
    """Record what is missing, count, fit, and write the table beside the module that reads it."""
    failed = record(recorded_jobs("counted"), progress=_say)
    for name, why in failed.items():
        sys.stderr.write(f"\nfailed: {name}: {why}")
    seen = look("counted", _say)
    recipe = {
        "command": "python -m lossclinic_kb.lab.count",
        "seeds": len(SEEDS["counted"]),
        "seeds of what is benign": len(BENIGN_SEEDS["counted"]),
        "tasks": TASKS["counted"],
        "workloads": TRAININGS["counted"],
        "views": 5,
        "trainings": {"faulty": len(faulty_pairs("counted")), HEALTHY: len(benign_jobs("counted"))},
    }
    COUNTS.write_text(written(recipe, counts_of(seen), corrections_of(seen)), encoding="utf-8")


def written(recipe: Mapping[str, object], counts: Counts, corrections: Corrections) -> str:
    """Return the table as `likelihoods.read_counts` reads it: the names once, and the numbers in their order.

    One line per hypothesis or symptom: readable as a difference, and quick to parse.
    """
    rows = {
        name: {"seen": [row[s][0] for s in SYMPTOMS], "observable": [row[s][1] for s in SYMPTOMS]}
        for name, row in counts.items()
    }
    added = {
        name: {state: [values.get(cause, 0) for cause in CAUSES] for state, values in row.items()}
        for name, row in corrections.items()
    }
    parts = {
        "recipe": json.dumps(recipe),
        "symptoms": json.dumps([*SYMPTOMS]),
        "causes": json.dumps([*CAUSES]),
        "counts": _lines(rows),
        "corrections": _lines(added),
    }
    return "{\n" + ",\n".join(f'"{key}": {part}' for key, part in parts.items()) + "\n}\n"


def _lines(rows: Mapping[str, object]) -> str:
    lines = (
        f" {json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in sorted(rows.items())
    )
    return "{\n" + ",\n".join(lines) + "\n}"


def _say(what: Text, done: int, total: int) -> None:
    sys.stderr.write(f"\r{what.en} {done}/{total}")


if __name__ == "__main__":
    main()
