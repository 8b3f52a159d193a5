"""Schedules, updates per epoch and batches that come back: series whose truth is known by construction."""

from __future__ import annotations

import numpy as np
import pytest
from columns import ROLES

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, State

STEPS = np.arange(1.0, 401)
COSINE = 0.05 * (1 + np.cos(np.pi * STEPS / 400))
SAWTOOTH = 0.05 * (1 + np.cos(np.pi * (STEPS % 100) / 100))


def find(symptom: str, run: Run) -> Finding:
    return SYMPTOMS[symptom].detect(run, {})


def state(symptom: str, run: Run) -> State:
    return find(symptom, run).state


def rates(values: FloatArray, *, first_step: float = 1.0, loss: FloatArray | None = None) -> Run:
    step = first_step + np.arange(float(len(values)))
    columns = {"lr": values} if loss is None else {"lr": values, "loss": loss}
    return Run("made", tuple(series(name, ROLES[name], y, step=step) for name, y in columns.items()))


class TestWarmUp:
    ID = "lr_still_warming_up"

    def test_peak_near_the_end(self) -> None:
        found = find(self.ID, rates(1e-3 * np.minimum(STEPS / 360, 1)))
        assert found.steps == (1, 357)  # within 1 % of the peak
        assert "only at step 357; the log ends at step 400" in found.evidence.en
        assert "到第 357 步才达到最高值 0.001" in found.evidence.zh
        assert state(self.ID, rates(0.01 * 1.1 ** np.arange(12.0))) == "present"

    @pytest.mark.parametrize(
        "values",
        [
            COSINE,
            np.minimum(STEPS / 40, 1) * COSINE,
            np.interp(STEPS, [1, 200, 400], [0.01, 0.1, 0.001]),  # one cycle
            0.1 - np.abs((STEPS % 100) - 50) / 600,  # four cycles, each as high as the first
            np.where(STEPS < 350, 0.06, 0.1),  # raised, but not by much
        ],
        ids=["cosine", "warm-up", "one cycle", "cycles", "raised"],
    )
    def test_ordinary_schedules(self, values: FloatArray) -> None:
        assert state(self.ID, rates(values)) == "absent"

    def test_what_the_log_cannot_tell(self) -> None:
        rising = 1e-6 * STEPS
        assert state(self.ID, rates(rising, first_step=5001)) == "not_observable"
        assert state(self.ID, rates(rising[:7])) == "not_observable"
        assert state(self.ID, rates(rising, loss=np.where(STEPS < 390, 2.3, np.nan))) == "not_observable"


class TestSetBack:
    ID = "lr_set_back"

    def test_in_the_midst_of_a_schedule(self) -> None:
        found = find(self.ID, rates(np.where(STEPS <= 250, COSINE, COSINE[(STEPS - 251).astype(int)])))
        assert found.steps == (250, 251)
        assert "31 % of its peak 0.1, in the midst of its schedule" in found.evidence.en
        assert "峰值 0.1 的 31%，调度才走到一半" in found.evidence.zh

    def test_from_the_end_and_with_a_new_warm_up(self) -> None:
        twice = np.concatenate([COSINE[1::2], COSINE[1::2]])
        found = find(self.ID, rates(twice))
        assert found.present
        assert "at the end of its schedule" in found.evidence.en
        warm = np.minimum(np.arange(1.0, 251) / 8, 1) * 0.1
        assert state(self.ID, rates(np.concatenate([COSINE[:250], warm]))) == "present"

    def test_log_by_epoch(self) -> None:
        assert state(self.ID, rates(np.array([0.1, 0.1, 0.05, 0.02, 0.1, 0.1, 0.05, 0.02]))) == "present"

    @pytest.mark.parametrize(
        "values",
        [
            COSINE,
            np.minimum(STEPS / 40, 1) * COSINE,
            SAWTOOTH,  # restarts, three times
            np.interp(STEPS, [1, 200, 400], [0.01, 0.1, 0.001]),
            np.where(STEPS < 200, 0.1, np.where(STEPS < 300, 0.01, 0.03)),  # raised, but not to where it was
            0.05 * (1 + np.cos(2 * np.pi * STEPS / 400)),  # comes back, but slowly
        ],
        ids=["cosine", "warm-up", "restarts", "one cycle", "adjusted", "cycle"],
    )
    def test_ordinary_schedules(self, values: FloatArray) -> None:
        assert state(self.ID, rates(values)) == "absent"

    def test_few_rates(self) -> None:
        assert state(self.ID, rates(np.array([0.1, 0.01, 0.1]))) == "not_observable"


class TestGoneEarly:
    ID = "lr_gone_early"

    def test_gone_for_good(self) -> None:
        found = find(self.ID, rates(0.1 * 0.97**STEPS))
        assert found.present
        assert found.steps == (153, 400)  # 0.97 ** 152 is the first below a hundredth
        assert "the log goes on to step 400" in found.evidence.en

    def test_shows_whatever_the_loss_does(self) -> None:
        early = rates(0.1 * 0.5 ** (STEPS // 25), loss=2.3 * np.exp(-STEPS / 20))
        assert state(self.ID, early) == "present"
        assert state("lr_reaches_zero", early) == "absent"  # nothing was left to learn

    def test_one_group_of_two_is_frozen(self) -> None:
        frozen = series("lr/frozen", "lr", np.zeros(400), step=STEPS)
        assert state(self.ID, Run("made", (frozen, *rates(COSINE).series))) == "absent"
        assert state(self.ID, Run("made", (frozen,))) == "not_observable"

    @pytest.mark.parametrize(
        "values",
        [
            COSINE,
            0.1 * 0.1 ** (STEPS // 134),
            np.where((STEPS > 100) & (STEPS < 150), 0.0, 0.1),  # comes back
            np.minimum((STEPS / 400) ** 4, 0.1),
        ],
        ids=["cosine", "two steps", "comes back", "warm-up"],
    )
    def test_ordinary_schedules(self, values: FloatArray) -> None:
        assert state(self.ID, rates(values)) == "absent"


def trained(per_epoch: int, epochs: int, every: int = 1, *, validated: bool = False) -> Run:
    """Return a log of the training loss at every `every`-th step, of the validation loss after each epoch."""
    step = np.arange(float(every), per_epoch * epochs + 1, every)
    made = [series("loss", "train_loss", np.exp(-step / 50), step=step, epoch=step / per_epoch)]
    if validated:
        whole = np.arange(1.0, epochs + 1)
        made.append(series("val_loss", "val_loss", np.exp(-whole), step=whole * per_epoch, epoch=whole))
    return Run("made", tuple(made))


class TestUpdates:
    ID = "few_updates_per_epoch"

    def test_two_steps_make_an_epoch(self) -> None:
        found = find(self.ID, trained(2, 30))
        assert found.numbers["updates"] == pytest.approx(2)
        assert found.evidence.en == (
            "the log goes from step 1 to step 60 in 29.5 epochs; updates of the weights per epoch: 2"
        )
        assert "平均每个 epoch 只更新 2 次权重" in found.evidence.zh

    def test_near_misses(self) -> None:
        assert state(self.ID, trained(3, 30)) == "present"
        assert state(self.ID, trained(4, 30)) == "absent"
        assert state(self.ID, trained(200, 8, every=100)) == "absent"  # few values, many steps

    def test_steps_that_may_count_epochs(self) -> None:
        assert state(self.ID, trained(1, 30)) == "not_observable"
        assert state(self.ID, trained(1, 30, every=5)) == "not_observable"
        assert state(self.ID, trained(1, 30, every=5, validated=True)) == "present"

    def test_what_the_log_cannot_tell(self) -> None:
        assert state(self.ID, trained(2, 3)) == "not_observable"
        anew = np.tile(np.arange(1.0, 3), 20)
        run = Run(
            "made", (series("loss", "train_loss", anew, step=anew, epoch=np.repeat(np.arange(20.0), 2)),)
        )
        assert state(self.ID, run) == "not_observable"
        assert state(self.ID, rates(COSINE, loss=COSINE)) == "not_observable"


class TestRepeat:
    ID = "batch_losses_repeat"
    LENGTH, EPOCHS = 33, 12

    def losses(self, *, same: bool, every: int = 1, scatter: float = 0.1) -> Run:
        rng, count = np.random.default_rng(0), self.LENGTH * self.EPOCHS
        batch = np.tile(rng.normal(size=self.LENGTH), self.EPOCHS) if same else rng.normal(size=count)
        return self.log((2 * np.exp(-np.arange(count) / 150) + 0.1) * (1 + scatter * batch), every)

    def log(self, loss: FloatArray, every: int = 1) -> Run:
        step = np.arange(1.0, len(loss) + 1)
        whole = series("loss", "train_loss", loss, step=step, epoch=np.round(step / self.LENGTH, 3))
        return Run("made", (whole.take(slice(every - 1, None, every)),))

    @pytest.mark.parametrize(("every", "apart"), [(1, "one epoch (33 steps)"), (2, "2 epochs (66 steps)")])
    def test_fixed_batches(self, every: int, apart: str) -> None:
        found = find(self.ID, self.losses(same=True, every=every))
        assert found.present
        assert apart in found.evidence.en
        assert found.numbers["alike"] > 0.9

    def test_fixed_batches_scattered_anew(self) -> None:
        noise = np.random.default_rng(1).normal(size=self.LENGTH * self.EPOCHS)
        loss = self.losses(same=True).series[0].values * (1 + 0.05 * noise)
        assert state(self.ID, self.log(loss)) == "present"

    def test_shuffled_batches(self) -> None:
        assert state(self.ID, self.losses(same=False)) == "absent"
        assert state(self.ID, self.losses(same=False, every=2)) == "absent"

    def test_averages_begun_anew_in_each_epoch(self) -> None:
        loss = self.losses(same=False).series[0].values.reshape(self.EPOCHS, self.LENGTH)
        shown = np.cumsum(loss, axis=1) / np.arange(1, self.LENGTH + 1)
        assert state(self.ID, self.log(shown.ravel())) == "absent"

    def test_slow_swings(self) -> None:
        place = np.arange(self.LENGTH * self.EPOCHS) / self.LENGTH
        loss = self.losses(same=False).series[0].values * (1.5 + np.sin(2 * np.pi * place))
        assert state(self.ID, self.log(loss / 2)) == "absent"

    def test_a_negative_loss(self) -> None:
        assert state(self.ID, self.log(self.losses(same=True).series[0].values - 1)) == "present"

    def test_what_the_log_cannot_tell(self) -> None:
        bare = series("loss", "train_loss", self.losses(same=True).series[0].values, step=np.arange(396.0))
        assert state(self.ID, Run("made", (bare,))) == "not_observable"
        assert state(self.ID, self.losses(same=True, every=25)) == "not_observable"
        assert state(self.ID, self.log(self.losses(same=True).series[0].values[:50])) == "not_observable"
