"""What the two probes find in the trainings of the lab: `python -m lossclinic_kb.lab.probed`.

Each fault is trained for half of its run, then one more step is watched and both loaders are read, as a person would do
who runs the code of the checks. Printed is how often each outcome was the first that was found, beside the word that
the file of the check has for it. Only the counting side is looked at.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Final

import click
import torch

from lossclinic_kb.checks import load_checks
from lossclinic_kb.checks.probes.one_training_step import examine_step
from lossclinic_kb.checks.probes.through_the_data import examine_data
from lossclinic_kb.lab.jobs import Job, Side, benign_jobs, faulty_pairs
from lossclinic_kb.lab.trial import fit
from lossclinic_kb.likelihoods import HEALTHY

PROBES: Final = ("one_training_step", "through_the_data")
"""Checks whose code is run here."""
MOST_EPOCHS: Final = 6
"""Trained before the step that is watched: a fault shows by then, or not in one step."""


def outcomes(job: Job) -> dict[str, str]:
    """Return the outcome of each probe on a training; nothing where it cannot be run outside its own processes."""
    torch.manual_seed(job.world.seed)
    trial = job.trial()
    found = {"through_the_data": examine_data(trial.train, trial.val)}
    trial.epochs = max(1, min(trial.epochs // 2, MOST_EPOCHS))
    fit(trial)
    inputs, targets = next(iter(trial.train))
    step = partial(trial.train_step, trial, inputs, targets)
    found["one_training_step"] = examine_step(trial.model, trial.optimizer, inputs, targets, trial.loss, step)
    return {check: lines[0].split(":")[0] for check, lines in found.items()}


def _named(job: Job) -> tuple[str, Mapping[str, str]]:
    torch.set_num_threads(1)
    try:
        return job.hypothesis, outcomes(job)
    except RuntimeError as error:  # two processes that need each other
        return job.hypothesis, {"": str(error)}


def shares(side: Side, worlds: int) -> dict[str, dict[str, Counter[str]]]:
    """Return, by check and hypothesis, how often each outcome was found in so many worlds."""
    listed: dict[str, list[Job]] = defaultdict(list)
    for broken, _ in faulty_pairs(side):
        listed[broken.hypothesis].append(broken)
    jobs = [job for each in listed.values() for job in each[:worlds]]
    benign = benign_jobs(side)
    jobs += benign[:: max(1, len(benign) // (10 * worlds))]
    counted: dict[str, dict[str, Counter[str]]] = {check: defaultdict(Counter) for check in PROBES}
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        for done, (hypothesis, found) in enumerate(pool.map(_named, jobs, chunksize=2), 1):
            sys.stderr.write(f"\r{done}/{len(jobs)}")
            for check in PROBES:
                if check in found:
                    counted[check][hypothesis][found[check]] += 1
    return counted


@click.command()
@click.option("--worlds", default=12, show_default=True, help="How many of each fault.")
def main(worlds: int) -> None:
    """Run both probes on the trainings of the lab, and print what they found beside what their files say."""
    for check, by_hypothesis in shares("counted", worlds).items():
        says = {outcome.id: (outcome.says, outcome.others) for outcome in load_checks()[check].outcomes}
        click.echo(f"\n{check}")
        for hypothesis, found in sorted(by_hypothesis.items()):
            cells = [f"{name} {count}" for name, count in found.most_common()]
            words = [f"{name} {word[hypothesis]}" for name, (word, _) in says.items() if hypothesis in word]
            told = "" if hypothesis == HEALTHY else f" | {', '.join(words) or 'as all others'}"
            click.echo(f"  {hypothesis:<28} {', '.join(cells)}{told}")


if __name__ == "__main__":
    main()
