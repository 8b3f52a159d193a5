"""The divergence term of a variational autoencoder is next to nothing.

What is seen: a KL column that falls to zero, or stays there, beside a reconstruction term that keeps nearly all of the
loss. The code then says nothing about the input.
Reported when: over the last tenth of the log the divergence is below 0.2 % of where the reconstruction term began,
and no longer rises.
Not observable: without a divergence and a reconstruction term by name (`kl` beside `recon`, `nll`, `elbo`), with
fewer than five values of either, or where the divergence is one between policies or from a teacher.
Not to be confused with: the first steps of every run, when the code is still random and the divergence small; a
divergence held at a fixed amount (free bits), which does not go to zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, as_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "kl_vanishes"
TITLE = Text("KL term near zero", "KL 项接近零")

_KL = {"kl", "kld", "kldiv", "klloss", "kldloss"}
_REST = ("rec", "nll", "elbo", "likelihood", "bce", "mse")
_ANOTHER = {
    "approx",
    "policy",
    "ref",
    "reference",
    "student",
    "teacher",
    "coef",
    "coeff",
    "weight",
    "beta",
    "target",
}
"""Words beside `kl` that tell of a penalty between policies, of distillation, or of a setting."""

_SHARE = 0.002
"""Of the first reconstruction term. Codes in use take 3 % and more of it: 25 nats of 540 on MNIST, 2 to 8 of 44 to
70 in the lab; 0.2 % of it is a tenth of a nat."""

_RISES = 2.0
"""A divergence that doubled since the middle of the log is on its way, as after a warm-up of its weight."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Set the divergence at the end against the reconstruction term at the start."""
    divergence, rest = _find(run, _is_divergence), _find(run, _is_reconstruction)
    if divergence is None or rest is None or len(divergence) < 5 or len(rest) < 5:
        return not_observable(ID)
    end, middle = divergence.end, float(divergence.y[len(divergence) // 2])
    if abs(end) > _SHARE * abs(rest.start) or end > _RISES * abs(middle):
        return absent(ID)
    last = len(divergence) - 1
    there = place(divergence, last)
    return report(
        ID,
        divergence,
        int(0.9 * last),
        last,
        Text(
            f"{divergence.name} is {number(end)} by {there.en}, while {rest.name} began at {number(rest.start)} and ends "
            f"at {number(rest.end)}",
            f"到{there.zh}，{divergence.name} 只剩 {number(end)}，而 {rest.name} 从 {number(rest.start)} 开始，"
            f"最后是 {number(rest.end)}",
        ),
        divergence=end,
        reconstruction=rest.end,
    )


def _find(run: Run, fits: Callable[[set[str]], bool]) -> Curve | None:
    """Return the longest series whose name fits, the first of equals: training before validation."""
    curves = [as_curve(series) for series in run.series if fits(_words(series.name))]
    return max((curve for curve in curves if curve is not None), key=len, default=None)


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+", name.lower()))


def _is_divergence(words: set[str]) -> bool:
    return bool(words & _KL) and not words & _ANOTHER


def _is_reconstruction(words: set[str]) -> bool:
    return not words & _KL and any(word.startswith(_REST) for word in words)
