"""Single losses are NaN or infinite, and the training goes on.

What is seen: the loss of some steps is no number, yet that of others is, also later: the weights are sound, and
single batches break.
Reported when: of the losses that follow the first non-finite one, a fifth or more are finite.
Not observable: where no loss breaks, or with fewer than four logged values from there on; beyond the point from
which a run was resumed.
Not to be confused with: weights that have become NaN, after which nothing is a number again
(`nonfinite_sudden`, `nonfinite_after_growth`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.breaks import first_break
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text

ID = "nonfinite_now_and_then"
TITLE = Text("Only single losses are not finite", "只有个别步的损失不是有限值")

_FEWEST = 4
"""From the first non-finite value on: fewer may be what a logger wrote before it stopped."""

_FINITE = 0.2
"""NaN weights leave none; a loss that is masked out now and then leaves most."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Count the finite losses after the first that is not."""
    found = first_break(run)
    if found is None:
        return not_observable(ID)
    loss, later = found.series, found.series.restarts[found.series.restarts > found.index]
    end = int(later[0]) if len(later) else len(loss)
    logged = found.index + np.flatnonzero(~loss.missing[found.index : end])
    if len(logged) < _FEWEST:
        return not_observable(ID)
    finite = np.isfinite(loss.values[logged])
    share = float(finite.mean())
    if share < _FINITE:
        return absent(ID)
    here, last, well = place(found.curve, found.index), int(logged[-1]), int(finite.sum())
    return report(
        ID,
        found.curve,
        found.index,
        last,
        Text(
            f"{loss.name} is first not a number at {here.en}, but of the {len(logged)} losses from there on to "
            f"{place(found.curve, last).en} {well} are finite",
            f"{loss.name} 在{here.zh}首次不是有限值，但从那里到{place(found.curve, last).zh}的 {len(logged)} 个损失中，"
            f"有 {well} 个是有限值",
        ),
        share=share,
        broken=float(len(logged) - well),
    )
