"""Counting P(symptom | cause) in the lab: `python -m lossclinic_kb.lab.count`.

Every cause is broken in the worlds of `SEEDS`, every benign variant trained in the same worlds, on the
counted tasks alone; then every benign variant once on every counted workload it suits, so that what is healthy
is not known from small tables only. Each run is seen through the five views of `views.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain

from lossclinic_kb.causes import CAUSES, load_experiment
from lossclinic_kb.lab.benign import BENIGN
from lossclinic_kb.lab.benign_everywhere import BENIGN_EVERYWHERE
from lossclinic_kb.lab.trial import fit
from lossclinic_kb.lab.views import views
from lossclinic_kb.lab.workloads import COUNTED_WORKLOADS
from lossclinic_kb.lab.world import COUNTED, World
from lossclinic_kb.likelihoods import COUNTS, HEALTHY
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms import detect_all

SEEDS = range(1, 17)

Counts = dict[str, dict[str, list[int]]]


def lab_runs(seeds: range, tasks: Sequence[str]) -> Iterator[tuple[str, str, World, Run]]:
    """Yield (hypothesis, variant, world, run): every benign variant as `HEALTHY`, every cause broken."""
    kinds = [(HEALTHY, name, make) for name, make in BENIGN.items()]
    kinds += [(cause, "broken", load_experiment(cause).broken) for cause in CAUSES]
    for hypothesis, variant, make in kinds:
        for seed in seeds:
            world = World.draw(seed, tasks)
            yield hypothesis, variant, world, fit(make(world))


def everywhere_runs(seeds: range, workloads: Sequence[str]) -> Iterator[tuple[str, str, World, Run]]:
    """Yield (`HEALTHY`, variant, world, run): every benign variant on each of `workloads`, the seeds in turn."""
    for index, (variant, workload) in enumerate(_suited(workloads)):
        world = World.draw_workload(seeds[index % len(seeds)], [workload])
        yield HEALTHY, variant, world, fit(BENIGN_EVERYWHERE[variant].make(world))


def _suited(workloads: Sequence[str]) -> list[tuple[str, str]]:
    every = BENIGN_EVERYWHERE.items()
    return [(name, workload) for name, kind in every for workload in workloads if workload in kind.workloads]


def count(runs: Iterator[tuple[str, str, World, Run]]) -> Counts:
    """Return, by hypothesis and symptom, [runs that show it, runs that could]."""
    counts: Counts = {}
    for hypothesis, _, _, run in runs:
        row = counts.setdefault(hypothesis, {})
        for seen in views(run).values():
            for finding in detect_all(seen, {}):
                cell = row.setdefault(finding.id, [0, 0])
                cell[0] += finding.present
                cell[1] += finding.state != "not_observable"
    return counts


def main() -> None:
    """Count, and write the table beside the module that reads it."""
    import torch
    from rich.progress import track

    torch.set_num_threads(1)  # networks this small lose more to hand-over than they gain
    total = len(SEEDS) * (len(CAUSES) + len(BENIGN)) + len(_suited(COUNTED_WORKLOADS))
    runs = chain(lab_runs(SEEDS, COUNTED), everywhere_runs(SEEDS, COUNTED_WORKLOADS))
    counts = count(iter(track(runs, "counting symptoms", total)))
    recipe = {
        "command": "python -m lossclinic_kb.lab.count",
        "seeds": len(SEEDS),
        "tasks": COUNTED,
        "workloads": COUNTED_WORKLOADS,
        "views": 5,
    }
    text = json.dumps({"recipe": recipe, "counts": counts}, indent=1, sort_keys=True)
    COUNTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
