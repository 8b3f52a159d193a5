"""The ranking judged on tasks that were never counted: every cause broken, every benign variant, five views each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import torch

from lossclinic_kb.case import Observations
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.lab.count import lab_runs
from lossclinic_kb.lab.views import views
from lossclinic_kb.lab.world import JUDGES
from lossclinic_kb.likelihoods import HEALTHY
from lossclinic_kb.symptoms import detect_all, facts_of

SEEDS = range(101, 105)


def main() -> None:
    """Print, by view, how often the right cause is first and among the first three, and what is flagged."""
    torch.set_num_threads(1)
    hits: dict[str, list[int]] = defaultdict(list)
    flagged: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    by_cause: dict[str, list[int]] = defaultdict(list)
    for hypothesis, _, _, run in lab_runs(SEEDS, JUDGES):
        for view, seen in views(run).items():
            facts = facts_of(seen.config)
            ranking = rank(Observations(findings=detect_all(seen, facts), facts=facts))
            flagged[view, hypothesis != HEALTHY].append(ranking.status != "healthy")
            if hypothesis != HEALTHY:
                order = [candidate.cause for candidate in ranking.candidates]
                place = order.index(hypothesis) + 1
                hits[view].append(place)
                by_cause[hypothesis].append(place)
    print(f"{'view':<15} {'runs':>5} {'first':>6} {'three':>6} {'faulty flagged':>15} {'benign flagged':>15}")
    for view, places in hits.items():
        first, three = share(p == 1 for p in places), share(p <= 3 for p in places)
        faulty, benign = share(flagged[view, True]), share(flagged[view, False])
        print(f"{view:<15} {len(places):>5} {first:>6.2f} {three:>6.2f} {faulty:>15.2f} {benign:>15.2f}")
    print("\nworst causes (share first): ", end="")
    worst = sorted(by_cause, key=lambda cause: share(p == 1 for p in by_cause[cause]))[:10]
    print(", ".join(f"{cause} {share(p == 1 for p in by_cause[cause]):.2f}" for cause in worst))


def share(values: Iterable[bool]) -> float:
    """Return the share of true values."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else float("nan")


if __name__ == "__main__":
    main()
