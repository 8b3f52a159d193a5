"""Contests of two networks: one wins, each in turn wins, and what becomes of the samples."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, State
from lossclinic_kb.symptoms.adversarial import adversarial

WON, SWINGS, VARIETY = "discriminator_loss_near_zero", "contest_swings", "samples_lose_variety"
STEPS = np.arange(0.0, 2000, 10)
NOISE = 1 + 0.1 * np.random.default_rng(0).normal(size=len(STEPS))
BALANCED = 1.2 * NOISE
SWINGING = np.exp(1.8 * np.sin(2 * np.pi * STEPS / 260)) * NOISE


def log(values: FloatArray | list[float], name: str = "d_loss") -> Run:
    axis = np.linspace(0, 2000, len(values))
    generator = series("g_loss", "train_loss", np.ones(len(values)), step=axis)
    return Run("made", (generator, series(name, "other", np.asarray(values, dtype=np.float64), step=axis)))


def find(symptom: str, run: Run, **facts: str) -> Finding:
    return SYMPTOMS[symptom].detect(run, facts)


class TestDiscriminatorWins:
    @pytest.mark.parametrize(
        ("loss", "expected"),
        [
            (np.full(200, 1e-3), "present"),
            (np.where(STEPS < 400, 0.01, 0.4), "present"),
            (np.where(STEPS < 200, 0.01, 0.4), "absent"),
            (BALANCED, "absent"),
            (np.full(5, 1e-3), "not_observable"),
        ],
        ids=["throughout", "caught up with", "for a moment", "balanced", "short"],
    )
    def test_share_of_the_run(self, loss: FloatArray, expected: State) -> None:
        assert find(WON, log(loss)).state == expected

    def test_evidence_quotes_where_and_how_long(self) -> None:
        found = find(WON, log(np.where(STEPS < 400, 0.01, 0.4)))
        assert found.numbers == pytest.approx({"share": 0.2, "lowest": 0.01})
        assert "20%" in found.evidence.en
        assert found.steps == pytest.approx((0, 400), abs=20)

    @pytest.mark.parametrize(
        "name",
        ["loss_d", "Loss_D", "lossD", "errD", "D/loss", "netD_loss", "disc_loss", "loss/discriminator"],
    )
    def test_names_of_the_discriminator(self, name: str) -> None:
        run = log(np.full(50, 1e-3), name)
        assert adversarial(run, {})
        assert find(WON, run).present

    @pytest.mark.parametrize("name", ["depth_loss", "loss", "d_time", "loss_dice", "id_loss"])
    def test_names_of_something_else(self, name: str) -> None:
        run = log(np.full(50, 1e-3), name)
        assert not adversarial(run, {})
        assert find(WON, run).state == "not_observable"

    @pytest.mark.parametrize("name", ["critic_loss", "wgan/d_loss", "d_loss_real", "val_d_loss"])
    def test_losses_that_may_be_small_rightly(self, name: str) -> None:
        assert find(WON, log(np.full(50, 1e-3), name)).state == "not_observable"

    def test_a_distance_goes_below_zero(self) -> None:
        assert find(WON, log(BALANCED - 1.2)).state == "not_observable"
        assert find(WON, log(np.full(50, 1e-3)), loss="wasserstein").state == "not_observable"


class TestSwings:
    @pytest.mark.parametrize(
        ("loss", "expected"),
        [
            (SWINGING, "present"),
            (BALANCED, "absent"),
            (1.4 * 0.5 ** (STEPS / 100), "absent"),
            (1e-4 * SWINGING, "absent"),
            (SWINGING[:15], "not_observable"),
        ],
        ids=["swings", "balanced", "only falls", "won", "short"],
    )
    def test_up_and_down_by_factors(self, loss: FloatArray, expected: State) -> None:
        assert find(SWINGS, log(loss)).state == expected

    def test_evidence_names_both_ends(self) -> None:
        found = find(SWINGS, log(SWINGING))
        assert found.numbers["factor"] > 2
        assert found.numbers["lowest"] < 0.3
        assert found.numbers["highest"] > 4


class TestVariety:
    FALLS = np.where(STEPS < 1200, 1.5, 0.1) * NOISE

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            (FALLS, "present"),
            (np.where((STEPS > 800) & (STEPS < 1200), 0.0, 12.0), "present"),
            (np.where(STEPS < 1200, 1.5, 0.4) * NOISE, "absent"),
            (1.5 * (1 - np.exp(-STEPS / 200)) * NOISE, "absent"),
            (np.where(STEPS < 60, 1.5, 0.1), "absent"),
            (np.zeros(50), "absent"),
            (np.array([1.5] * 5), "not_observable"),
        ],
        ids=["lost", "lost for a while", "narrower", "grows", "a first guess", "none at all", "short"],
    )
    def test_what_is_left(self, values: FloatArray, expected: State) -> None:
        assert find(VARIETY, log(values, "sample_std")).state == expected

    def test_few_values(self) -> None:
        covered = [0, 3, 7, 7, 6, 0, 0, 0]
        found = find(VARIETY, log(covered, "val_covered"))
        assert found.numbers == {"before": 7.0, "after": 0.0}
        assert find(VARIETY, log([0, 3, 7, 0, 6, 7, 7, 5], "val_covered")).state == "absent"

    @pytest.mark.parametrize("name", ["fakeStd", "gen/std", "modes_covered", "diversity", "distinct_2"])
    def test_names(self, name: str) -> None:
        assert find(VARIETY, log(self.FALLS, name)).present

    @pytest.mark.parametrize("name", ["grad_std", "weight_std", "lr", "reward_std"])
    def test_a_spread_of_something_else(self, name: str) -> None:
        assert find(VARIETY, log(self.FALLS, name)).state == "not_observable"
