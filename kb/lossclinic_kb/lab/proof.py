"""Every experiment over several seeds: does the fault show, does the cure remove it? `python -m lossclinic_kb.lab.proof`.

The training of each cause that shows it best, as `lossclinic reproduce` runs it. What is trained once is kept beside
the recordings of the lab.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import click

from lossclinic_kb.causes import CAUSES, load_causes, load_experiment
from lossclinic_kb.lab.jobs import Job, Pair
from lossclinic_kb.lab.recordings import Recording, record, recorded
from lossclinic_kb.lab.visible import is_visible
from lossclinic_kb.symptoms import detect_all

NAMED = ("always", "often", "sometimes")
"""Words of a page by which a symptom belongs to its cause."""


@dataclass(frozen=True)
class Proof:
    """What one pair of trainings showed.

    Attributes:
        cause: Its id.
        seed: Of the world.
        visible: Whether the fault can be told from the same run without it.
        shown: Symptoms of the page that the fault shows.
        left: Those of them that the cure leaves.
    """

    cause: str
    seed: int
    visible: bool
    shown: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the fault shows and the cure removes at least part of what the page names."""
        return self.visible and len(self.left) < len(self.shown)


def pairs(causes: Sequence[str], seeds: Sequence[int]) -> list[Pair]:
    """Return the trainings of `causes` with and without their fault, in the plain world of each seed."""
    shown = [load_experiment(cause) for cause in causes]
    worlds = [(one.cause, one.plain_world(seed)) for one in shown if one.not_shown is None for seed in seeds]
    return [(Job(cause, "broken", world), Job(cause, "cured", world)) for cause, world in worlds]


def prove(broken: Recording, cured: Recording) -> Proof:
    """Return what a pair shows."""
    cause = broken.job.hypothesis
    named = {symptom for symptom, word in load_causes()[cause].symptoms.items() if word in NAMED}
    with_it, without = _symptoms(broken), _symptoms(cured)
    shown = tuple(sorted(with_it & named))
    left = tuple(symptom for symptom in shown if symptom in without)
    return Proof(cause, broken.job.world.seed, is_visible(broken.run, cured.run), shown, left)


def _symptoms(each: Recording) -> set[str]:
    return {finding.id for finding in detect_all(each.run, {}) if finding.present}


@click.command()
@click.option(
    "--cause", "causes", multiple=True, type=click.Choice(CAUSES), help="Only these; may be repeated."
)
@click.option("--seeds", default=3, show_default=True, help="How many worlds of each.")
@click.option("--workers", type=int, help="Processes; as many as there are processor cores by default.")
def main(causes: tuple[str, ...], seeds: int, workers: int | None) -> None:
    """Train every experiment over several seeds, and print for which it does not hold."""
    from rich.progress import Progress as Bars

    asked = pairs(causes or tuple(CAUSES), range(seeds))
    with Bars() as bars:
        bar = bars.add_task("training")
        jobs = list(chain(*asked))
        failed = record(jobs, workers, lambda _, done, total: bars.update(bar, completed=done, total=total))
    runs = {each.job: each for each in recorded(jobs)}
    proofs = [prove(runs[one], runs[other]) for one, other in asked if one in runs and other in runs]
    for name, why in failed.items():
        click.echo(f"failed: {name}: {why}", err=True)
    for proof in proofs:
        if not proof.holds:
            seen = f"shows {', '.join(proof.shown) or 'none of the symptoms of its page'}"
            told = "" if proof.visible else ", cannot be told from the run without it"
            click.echo(
                f"{proof.cause} seed {proof.seed}: {seen}; the cure leaves {', '.join(proof.left) or 'none'}{told}"
            )
    held = sum(proof.holds for proof in proofs)
    click.echo(f"{held} of {len(proofs)} hold, of {len({proof.cause for proof in proofs})} causes")
    if failed or held < len(proofs):
        sys.exit(1)


if __name__ == "__main__":
    main()
