"""A divergence near zero is seen beside its reconstruction term, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from lossclinic_kb.lab import World, fit, healthy_trial
from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import kl_vanishes

FALLING = np.geomspace(180.0, 90.0, 40)


def state(named: dict[str, Sequence[float] | FloatArray]) -> str:
    run = Run("made", tuple(series(name, "other", values) for name, values in named.items()))
    return kl_vanishes.detect(run, {}).state


def test_collapsed_codes_are_reported() -> None:
    assert state({"recon_loss": FALLING, "kl_loss": np.geomspace(3.0, 1e-3, 40)}) == "present"
    assert state({"train/nll": FALLING, "train/kld": np.full(40, 1e-4)}) == "present"


def test_codes_in_use_are_not() -> None:
    assert state({"recon": FALLING, "kl": np.linspace(0.1, 25.0, 40)}) == "absent"
    assert state({"recon": FALLING, "kl": np.full(40, 3.2)}) == "absent", "free bits"


def test_a_code_that_is_coming_into_use_is_not() -> None:
    assert state({"recon": FALLING, "kl": np.geomspace(1e-3, 0.3, 40)}) == "absent"


@pytest.mark.parametrize("name", ["approx_kl", "policy/kl", "kl_ref", "teacher_kl", "kl_weight", "loss"])
def test_other_divergences_are_not_looked_at(name: str) -> None:
    assert state({"recon": FALLING, name: np.full(40, 1e-4)}) == "not_observable"


def test_it_takes_both_terms_and_five_values() -> None:
    assert state({"kl": np.full(40, 1e-4)}) == "not_observable"
    assert state({"recon": FALLING[:4], "kl": np.full(4, 1e-4)}) == "not_observable"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_healthy_autoencoders_show_nothing(seed: int) -> None:
    run = fit(healthy_trial(World.draw_workload(seed, ["vae"])))
    assert kl_vanishes.detect(run, {}).state == "absent"
