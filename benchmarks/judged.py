"""What is seen and named on trainings that nothing was counted or tuned on.

    python -m benchmarks.judged [--peers PYTHON] [--causes] [--checks] [--symptoms]

Every fault of the lab on the judging tasks and workloads, beside everything benign there. A fault that cannot be told
from the same run without it does not count. What is not recorded yet is trained first (`lossclinic_kb.lab.recordings`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

from benchmarks.configured import configuration_of
from benchmarks.loggers import LOGGERS, as_logged
from lossclinic_kb.case import Observations
from lossclinic_kb.causes import load_profiles
from lossclinic_kb.checks import Check
from lossclinic_kb.diagnosis import Ranking, rank
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.facts import Facts
from lossclinic_kb.lab.jobs import benign_jobs, faulty_pairs
from lossclinic_kb.lab.probed import PROBES, outcomes
from lossclinic_kb.lab.record import write_csv
from lossclinic_kb.lab.recordings import Recording, record, recorded
from lossclinic_kb.lab.views import by_epoch, only, views
from lossclinic_kb.lab.visible import is_visible
from lossclinic_kb.likelihoods import HEALTHY
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms import SYMPTOMS, detect_all, facts_of_run

_probed: Final = cache(outcomes)
NAMED_BY: Final = ("always", "often", "sometimes")
"""Words of an article by which a symptom belongs to its cause."""


@dataclass(frozen=True)
class Judged:
    """One training seen through one logger.

    Attributes:
        truth: Id of the cause, or `HEALTHY`.
        ranking: What was made of it.
        present: The symptoms that were seen.
    """

    truth: str
    ranking: Ranking
    present: frozenset[str]

    @property
    def flagged(self) -> bool:
        """Whether anything was said to be wrong."""
        return self.ranking.status != "healthy"

    @property
    def place(self) -> int:
        """The place of the true cause, from 1."""
        return [candidate.cause for candidate in self.ranking.candidates].index(self.truth) + 1


def runs() -> list[Recording]:
    """Return every visible fault and everything benign of the judging side, trained first where need be."""
    pairs, benign = faulty_pairs("judging"), benign_jobs("judging")
    failed = record(
        [*chain(*pairs), *benign], progress=lambda what, done, total: _say(f"{what.en} {done}/{total}")
    )
    for name, why in failed.items():
        print(f"failed: {name}: {why}", file=sys.stderr)
    by_job = {each.job: each for each in recorded(dict.fromkeys(chain(*pairs)))}
    seen = [
        by_job[broken]
        for broken, cured in pairs
        if broken in by_job and cured in by_job and is_visible(by_job[broken].run, by_job[cured].run)
    ]
    return [*seen, *recorded(benign)]


def judged(run: Run, truth: str, stated: Facts | None = None) -> Judged:
    """Return what is made of a run, and of what is stated of its configuration, without a word of description."""
    facts = {**facts_of_run(run), **(stated or {})}
    findings = detect_all(run, facts)
    present = frozenset(finding.id for finding in findings if finding.present)
    return Judged(truth, rank(Observations(findings=findings, facts=facts)), present)


def table(by_view: Mapping[str, Sequence[Judged]]) -> None:
    """Print, by view, how often the right cause is first and among the first three, and what is flagged."""
    print(f"{'view':<15} {'faulty':>6} {'first':>6} {'three':>6} {'flagged':>8} {'benign':>7} {'flagged':>8}")
    for view, seen in by_view.items():
        faulty = [each for each in seen if each.truth != HEALTHY]
        benign = [each for each in seen if each.truth == HEALTHY]
        figures = (
            share(each.place == 1 for each in faulty),
            share(each.place <= 3 for each in faulty),
            share(each.flagged for each in faulty),
        )
        first, three, flagged = figures
        print(
            f"{view:<15} {len(faulty):>6} {first:>6.2f} {three:>6.2f} {flagged:>8.2f} {len(benign):>7} "
            f"{share(each.flagged for each in benign):>8.2f}"
        )


def worst(seen: Sequence[Judged]) -> None:
    """Print the causes that are flagged least, and those that are ranked worst."""
    by_cause: dict[str, list[Judged]] = defaultdict(list)
    for each in seen:
        if each.truth != HEALTHY:
            by_cause[each.truth].append(each)
    for title, good in (("flagged", lambda one: one.flagged), ("among three", lambda one: one.place <= 3)):
        rows = sorted((share(map(good, every)), cause) for cause, every in by_cause.items())
        listed = ", ".join(f"{cause} {figure:.2f}" for figure, cause in rows[:12])
        print(f"\nleast {title} (all views of the log): {listed}")


def causes(seen: Sequence[Judged]) -> None:
    """Print, by cause, how often it is named and what is named in its place."""
    by_cause: dict[str, list[Judged]] = defaultdict(list)
    for each in seen:
        if each.truth != HEALTHY:
            by_cause[each.truth].append(each)
    print(
        f"\n{'cause':<30} {'runs':>5} {'first':>6} {'three':>6} {'five':>6} {'flagged':>8}  named first instead"
    )
    for cause, every in sorted(by_cause.items()):
        shares = [share(one.place <= places for one in every) for places in (1, 3, 5)]
        others = Counter(one.ranking.candidates[0].cause for one in every if one.place > 1)
        named = ", ".join(f"{other} {count}" for other, count in others.most_common(3))
        figures = " ".join(f"{figure:>6.2f}" for figure in shares)
        print(f"{cause:<30} {len(every):>5} {figures} {share(one.flagged for one in every):>8.2f}  {named}")


def answered(found: Sequence[Recording], checks: int = 2) -> None:
    """Print how often the right cause is first after the checks that are proposed were answered.

    The probes (`lab/probed.py`) are really run, on the training as it is half-way. For the other checks the answer is the
    outcome that the check itself expects most of the true cause: what a person finds who carries it out well.
    """
    places: dict[int, list[int]] = defaultdict(list)
    for each in found:
        truth = each.job.hypothesis
        if truth == HEALTHY:
            continue
        facts = facts_of_run(each.run)
        case = Observations(findings=detect_all(each.run, facts), facts=facts)
        for made in range(checks + 1):
            ranking = rank(case)
            places[made].append([candidate.cause for candidate in ranking.candidates].index(truth) + 1)
            check = ranking.next_check
            if check is not None and made < checks:
                case = case.answered(check.id, _outcome(check, each))
    print(f"\n{'answered checks':<16} {'first':>6} {'three':>6}")
    for made, found_at in places.items():
        print(
            f"{made:<16} {share(at == 1 for at in found_at):>6.2f} {share(at <= 3 for at in found_at):>6.2f}"
        )


def _outcome(check: Check, each: Recording) -> str:
    if check.id in PROBES:
        try:
            return _probed(each.job)[check.id]
        except RuntimeError as error:  # two processes that need each other
            sys.stderr.write(f"{each.job.name}: {error}\n")
    return max(check.outcomes, key=lambda one: check.likelihood(one.id, each.job.hypothesis)).id


def symptoms(by_view: Mapping[str, Sequence[Judged]]) -> None:
    """Print precision and recall of every symptom, on whole logs and on logs of epochs.

    A symptom is right where the article of the run's cause names it. Recall is over the causes that name it as often
    or always.
    """
    profiles = load_profiles()
    print(
        f"\n{'symptom':<34}"
        + "".join(f"{view + ': shown':>22} {'right':>6} {'recall':>7}" for view in ("all", "epochs"))
    )
    for symptom in SYMPTOMS:
        cells = ""
        for view in ("all", "epochs"):
            shown = [each for each in by_view[view] if symptom in each.present]
            due = [
                each
                for each in by_view[view]
                if each.truth != HEALTHY and profiles[each.truth].symptoms.get(symptom) in ("always", "often")
            ]
            right = share(
                each.truth != HEALTHY and profiles[each.truth].symptoms.get(symptom) in NAMED_BY
                for each in shown
            )
            cells += f"{len(shown):>22} {right:>6.2f} {share(symptom in each.present for each in due):>7.2f}"
        print(f"{symptom:<34}{cells}")


def peers(python: str, found: Sequence[Recording]) -> None:
    """Print what other diagnosers flag of the same runs."""
    with tempfile.TemporaryDirectory() as folder:
        given = [_given(each.run, Path(folder, f"{place}.csv")) for place, each in enumerate(found)]
        script = Path(__file__).with_name("diagnosers.py")
        said = subprocess.run(
            [python, str(script)], input=json.dumps(given), capture_output=True, text=True, check=False
        )
    if said.returncode:
        sys.exit(f"{python} cannot run the peers: {said.stderr.strip().splitlines()[-1]}")
    print(f"\n{'peer':<26} {'faulty flagged':>16} {'benign flagged':>16} {'could look at':>14}")
    for name, answer in json.loads(said.stdout).items():
        pairs = [
            (each.job.hypothesis != HEALTHY, flag)
            for each, flag in zip(found, answer["flagged"], strict=True)
        ]
        faulty = share(flag is True for fault, flag in pairs if fault)
        benign = share(flag is True for fault, flag in pairs if not fault)
        could = share(flag is not None for _, flag in pairs)
        print(f"{name + ' ' + answer['version']:<26} {faulty:>16.2f} {benign:>16.2f} {could:>14.2f}")


def share(values: Iterable[bool]) -> float:
    """Return the share of true values."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else float("nan")


def _given(run: Run, path: Path) -> dict[str, Any]:
    """Write a run as a table, and return what the peers get."""
    write_csv(run, path)
    epochs = by_epoch_with_norm(run)
    return {
        "csv": str(path),
        **{role: epochs.get(role, []) for role in ("train_loss", "val_loss", "grad_norm")},
    }


def by_epoch_with_norm(run: Run) -> dict[str, list[float]]:
    """Return the mean of each epoch, by role; the gradient norm as well, which epoch loggers leave out."""
    from lossclinic_kb.lab.views import epoch_means

    found = {str(series.role): series.values.tolist() for series in by_epoch(run).series}
    norm = run.pick("grad_norm")
    return found if norm is None else {**found, "grad_norm": epoch_means(norm).values.tolist()}


def _by_real_logger(run: Run, place: int) -> dict[str, Run]:
    """Return the run as one of the real loggers wrote it, each in its turn.

    Nothing where that is not installed, or wrote a single row: a run of one epoch is no curve.
    """
    logger = list(LOGGERS)[place % len(LOGGERS)]
    try:
        return {logger: as_logged(run, logger)}
    except (ImportError, UnreadableLog):
        return {}


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}", end="", file=sys.stderr)


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judged")
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter in which the peers are installed")
    parser.add_argument("--causes", action="store_true", help="every cause, and what it is taken for")
    parser.add_argument("--checks", action="store_true", help="first after one and two answered checks")
    parser.add_argument("--symptoms", action="store_true", help="precision and recall of every symptom")
    options = parser.parse_args(list(arguments))
    found = runs()
    by_view: dict[str, list[Judged]] = defaultdict(list)
    for place, each in enumerate(found):
        truth = each.job.hypothesis
        seen_by = {**views(each.run), **_by_real_logger(each.run, place)}
        for view, seen in seen_by.items():
            by_view[view].append(judged(seen, truth))
        bare = replace(each.run, config={})
        by_view["train_loss"].append(judged(only(bare, "train_loss"), truth))
        by_view["two_losses"].append(judged(only(bare, "train_loss", "val_loss"), truth))
        by_view["configured"].append(judged(each.run, truth, configuration_of(each.job)))
    table(by_view)
    worst([each for seen in by_view.values() for each in seen])
    if options.causes:
        causes(by_view["all"])
    if options.checks:
        answered(found)
    if options.symptoms:
        symptoms(by_view)
    if options.peers is None:
        print("\nrunmedic, trainspotter, training-doctor, mldoct, sk-autod: not asked (--peers PYTHON)")
    else:
        peers(options.peers, found)


if __name__ == "__main__":
    main(sys.argv[1:])
