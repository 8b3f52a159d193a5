"""Counting P(symptom | cause) in the lab: `python -m lossclinic_kb.lab.count`.

Every fault of the counting side that can be seen, and everything benign there; each run through the five views of
`views.py`. What is not recorded yet is trained first. The tasks and workloads that judge are never looked at.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain

from rich.progress import track

from lossclinic_kb.lab.jobs import BENIGN_SEEDS, SEEDS, TASKS, TRAININGS, Job, benign_jobs, faulty_pairs
from lossclinic_kb.lab.recordings import folder, load_run, record
from lossclinic_kb.lab.views import views
from lossclinic_kb.lab.visible import is_visible
from lossclinic_kb.likelihoods import COUNTS, HEALTHY
from lossclinic_kb.symptoms import detect_all

Counts = dict[str, dict[str, list[int]]]
Counted = tuple[Job, Job | None]
"""A training and, where it has a fault, the same one without."""


def row_of(counted: Counted) -> tuple[str, dict[str, list[int]]]:
    """Return the hypothesis of a training, and by symptom [views that show it, views that could].

    Nothing by symptom where it is not recorded, or has a fault that nobody could see.
    """
    job, cured = counted
    row: dict[str, list[int]] = {}
    paths = [folder() / each.name for each in counted if each is not None]
    if not all(path.exists() for path in paths):
        return job.hypothesis, row
    run = load_run(paths[0])
    if cured is not None and not is_visible(run, load_run(paths[1])):
        return job.hypothesis, row
    for seen in views(run).values():
        for finding in detect_all(seen, {}):
            cell = row.setdefault(finding.id, [0, 0])
            cell[0] += finding.present
            cell[1] += finding.state != "not_observable"
    return job.hypothesis, row


def added(rows: Iterable[tuple[str, dict[str, list[int]]]]) -> Counts:
    """Return, by hypothesis and symptom, [views that show it, views that could]."""
    counts: Counts = {}
    for hypothesis, row in rows:
        total = counts.setdefault(hypothesis, {})
        for symptom, (shown, could) in row.items():
            cell = total.setdefault(symptom, [0, 0])
            cell[0] += shown
            cell[1] += could
    return counts


def rows(listed: Sequence[Counted]) -> Iterator[tuple[str, dict[str, list[int]]]]:
    """Yield `row_of` every training, worked out in as many processes as there are processor cores."""
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(row_of, listed, chunksize=8)


def main() -> None:
    """Record what is missing, count, and write the table beside the module that reads it."""
    pairs, benign = faulty_pairs("counted"), benign_jobs("counted")
    failed = record(
        [*chain(*pairs), *benign], progress=lambda what, done, total: _say(f"{what.en} {done}/{total}")
    )
    for name, why in failed.items():
        _say(f"failed: {name}: {why}\n")
    listed: list[Counted] = [*pairs, *((job, None) for job in benign)]
    counts = added(track(rows(listed), "counting symptoms", len(listed)))
    recipe = {
        "command": "python -m lossclinic_kb.lab.count",
        "seeds": len(SEEDS["counted"]),
        "seeds of what is benign": len(BENIGN_SEEDS["counted"]),
        "tasks": TASKS["counted"],
        "workloads": TRAININGS["counted"],
        "views": 5,
        "trainings": {"faulty": len(pairs), HEALTHY: len(benign)},
    }
    text = json.dumps({"recipe": recipe, "counts": counts}, indent=1, sort_keys=True)
    COUNTS.write_text(text + "\n", encoding="utf-8")


def _say(text: str) -> None:
    import sys

    sys.stderr.write(f"\r{text}")


if __name__ == "__main__":
    main()
