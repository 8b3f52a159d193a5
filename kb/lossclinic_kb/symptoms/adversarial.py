"""Whether the training loss is one side of a contest: then neither has to fall, for the other side learns as well."""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, as_curve
from lossclinic_kb.symptoms.levels import named
from lossclinic_kb.symptoms.opponents import has_opponent, is_opponent, words_of

TWENTIETHS = 20
"""A contest is looked at in so many parts: single batches of it say little, and it turns more than once."""

_SAID = ("adversarial", "gan", "wgan", "lsgan", "dcgan", "gail")
_CRITICS = ("critic", "wgan", "wasserstein")
_PARTS = ("real", "fake", "gp", "penalty", "reg", "grad")
_EVALUATED = ("val", "valid", "validation", "eval", "test")


def adversarial(run: Run, facts: Facts) -> bool:
    """Return whether `facts` say so, or the log has the loss of an opponent (`loss_d`, `critic/loss`) beside it."""
    return named(facts, _SAID) or has_opponent(run)


def opponent_loss(run: Run, facts: Facts) -> Curve | None:
    """Return the loss of the discriminator, the finest if several are logged; None where there is none that 0 bounds.

    The critic of a Wasserstein GAN has none: its loss is a distance, which may be near or below 0 rightly. Nor is
    the part for the real or for the made samples one, for to call everything real brings the first to 0.
    """
    if named(facts, _CRITICS) or any(word in _CRITICS for one in run.series for word in words_of(one.name)):
        return None
    curves = [as_curve(series) for series in run.series if _is_whole(words_of(series.name))]
    best = max((curve for curve in curves if curve is not None), key=len, default=None)
    return None if best is None or best.y.min() < 0 else best


def _is_whole(words: list[str]) -> bool:
    return is_opponent(words) and not any(word in (*_PARTS, *_EVALUATED) for word in words)
