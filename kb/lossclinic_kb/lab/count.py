"""What the ranking learns from the lab: `python -m lossclinic_kb.lab.count`.

P(symptom | cause), counted, and the corrections of `tune.py`. Every fault of the counting side that can be seen, and
everything benign there; each run through the five views of `views.py`. What is not recorded yet is trained first. The
tasks and workloads that judge are never looked at.
"""

from __future__ import annotations

import json
import sys

from lossclinic_kb.causes import CAUSES
from lossclinic_kb.lab.jobs import BENIGN_SEEDS, SEEDS, TASKS, TRAININGS, benign_jobs, faulty_pairs
from lossclinic_kb.lab.recordings import record
from lossclinic_kb.lab.seen import Seen, counts_of, look, recorded_jobs
from lossclinic_kb.lab.tune import ABSENT, fit_corrections
from lossclinic_kb.likelihoods import COUNTS, HEALTHY
from lossclinic_kb.symptoms import SYMPTOMS
from lossclinic_kb.text import Text

Corrections = dict[str, dict[str, dict[str, float]]]
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
    table = {"recipe": recipe, "counts": counts_of(seen), "corrections": corrections_of(seen)}
    COUNTS.write_text(_written(table) + "\n", encoding="utf-8")


def _written(table: dict[str, object]) -> str:
    """Return one line per hypothesis or symptom: readable as a difference, and quick to parse."""
    parts = []
    for key, value in table.items():
        if key == "recipe" or not isinstance(value, dict):
            parts.append(f'"{key}": {json.dumps(value)}')
            continue
        lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(value.items()))
        parts.append(f'"{key}": {{\n{lines}\n}}')
    return "{\n" + ",\n".join(parts) + "\n}"


def _say(what: Text, done: int, total: int) -> None:
    sys.stderr.write(f"\r{what.en} {done}/{total}")


if __name__ == "__main__":
    main()
