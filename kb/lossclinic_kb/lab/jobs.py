"""Which trainings the lab records: every fault and the same run without it, and everything that is benign."""

from __future__ import annotations

import ast
import hashlib
import inspect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from lossclinic_kb.causes import CAUSES, Experiment, load_experiment
from lossclinic_kb.causes.experiment import TABULAR_REGRESSION
from lossclinic_kb.lab import benign, benign_changes, benign_everywhere
from lossclinic_kb.lab.healthy import healthy_trial
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads import COUNTED_WORKLOADS, JUDGING_WORKLOADS, NEW_TASK_EACH, WORKLOADS
from lossclinic_kb.lab.world import COUNTED, JUDGES, World
from lossclinic_kb.likelihoods import HEALTHY

CLEAN: Final = "clean"
"""The variant of `HEALTHY` that is the training of a world as it is."""
Side = Literal["counted", "judging"]
"""What a training is recorded for: to count and tune on, or to judge what was learned."""

TASKS: Final = {"counted": COUNTED, "judging": JUDGES}
TRAININGS: Final = {"counted": (*COUNTED_WORKLOADS, TABULAR_REGRESSION), "judging": JUDGING_WORKLOADS}
SEEDS: Final = {"counted": range(1, 19), "judging": range(131, 137)}
"""Worlds of every fault; the two sides share neither tasks nor workloads nor seeds."""
BENIGN_SEEDS: Final = {"counted": range(1, 41), "judging": range(131, 142)}

DRAWS: Final = 3
"""Worlds of every benign variant, beyond two, on the workloads that are another task in every world."""


@dataclass(frozen=True)
class Job:
    """One training to record.

    Attributes:
        hypothesis: Id of a cause, or `HEALTHY`.
        variant: "broken" or "cured"; of a benign training, which one.
        world: Its set-up.
    """

    hypothesis: str
    variant: str
    world: World

    @property
    def training(self) -> str:
        """The task or the workload, whichever says more."""
        return self.world.task if self.world.workload == "tabular" else self.world.workload

    @property
    def name(self) -> str:
        """A path for its recording: another one as soon as its world or the code of its fault is another."""
        made_by = hashlib.blake2s(repr((self.world, _source(self))).encode(), digest_size=5).hexdigest()
        return f"{self.hypothesis}/{self.variant}/{self.training}-{self.world.seed}-{made_by}.npz"

    def trial(self) -> Trial:
        """Return the training."""
        if self.hypothesis != HEALTHY:
            experiment = load_experiment(self.hypothesis)
            return experiment.broken(self.world) if self.variant == "broken" else experiment.cured(self.world)
        if self.variant == CLEAN:
            return healthy_trial(self.world)
        if self.world.workload == "tabular" and self.variant in benign.BENIGN:
            return benign.BENIGN[self.variant](self.world)
        return benign_everywhere.BENIGN_EVERYWHERE[self.variant].make(self.world)

    def on(self, device: str) -> Job:
        """Return the same training on another device."""
        return replace(self, world=replace(self.world, device=device))


Pair = tuple[Job, Job]
"""A training with a fault, and the same one without."""


def faulty_pairs(side: Side, seeds: Sequence[int] | None = None, causes: Sequence[str] = ()) -> list[Pair]:
    """Return every fault in the worlds of `side`, each beside the same run without it.

    Args:
        side: Where the worlds are drawn from.
        seeds: Instead of `SEEDS`.
        causes: Only these; all by default.
    """
    pairs = []
    for cause in causes or CAUSES:
        experiment = load_experiment(cause)
        if experiment.not_shown is not None:
            continue
        plain = _is_plain(experiment)
        for world in experiment.worlds(seeds or SEEDS[side], TASKS[side], TRAININGS[side]):
            cured = Job(HEALTHY, CLEAN, world) if plain else Job(cause, "cured", world)
            pairs.append((Job(cause, "broken", world), cured))
    return pairs


def _is_plain(experiment: Experiment) -> bool:
    """Whether the cure is the healthy training of the world and nothing else: many causes then share it."""
    (cured,) = (
        node
        for node in ast.parse(inspect.getsource(experiment.modules[0])).body
        if isinstance(node, ast.FunctionDef) and node.name == "cured"
    )
    return ast.unparse(cured.body[-1]) == "return healthy_trial(world)" and len(cured.body) == 1


def benign_jobs(side: Side, seeds: Sequence[int] | None = None) -> list[Job]:
    """Return every benign variant: of small tables in every world, everywhere else on each workload it suits.

    Where every world is a task of its own, several times; elsewhere twice.
    """
    seeds = seeds or BENIGN_SEEDS[side]
    jobs = [
        Job(HEALTHY, variant, World.draw(seed, TASKS[side])) for variant in benign.BENIGN for seed in seeds
    ]
    everywhere = [
        (variant, workload)
        for variant, kind in benign_everywhere.BENIGN_EVERYWHERE.items()
        for workload in TRAININGS[side]
        if workload in kind.workloads
    ]
    drawn = [each for each in everywhere if each[1] in NEW_TASK_EACH]
    for index, (variant, workload) in enumerate(2 * everywhere + DRAWS * drawn):
        seed = seeds[index % len(seeds)]
        jobs.append(Job(HEALTHY, variant, World.draw_workload(seed, [workload])))
    return jobs


def _source(job: Job) -> str:
    """Return the code that a recording depends on most."""
    if job.hypothesis != HEALTHY:
        made = inspect.getsource(load_experiment(job.hypothesis).modules[0])
    else:
        made = "".join(map(inspect.getsource, (benign, benign_changes, benign_everywhere)))
    if job.world.workload != "tabular":
        healthy = inspect.getmodule(WORKLOADS[job.world.workload].healthy)
        assert healthy is not None
        made += inspect.getsource(healthy)
    return made
