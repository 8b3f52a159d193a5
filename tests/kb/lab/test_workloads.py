"""Every workload trains, logs what it says, looks right to every view, and is drawn the same every time."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from lossclinic_kb.lab import Trial, World, fit, healthy_trial, load_task
from lossclinic_kb.lab.figures import IGNORED
from lossclinic_kb.lab.views import only_losses, views
from lossclinic_kb.lab.workloads import COUNTED_WORKLOADS, JUDGING_WORKLOADS, WORKLOADS
from lossclinic_kb.lab.workloads.char_rnn import Recurrent, streams
from lossclinic_kb.lab.workloads.char_transformer import Decoder
from lossclinic_kb.lab.workloads.forecasting import cut
from lossclinic_kb.lab.workloads.seq2seq import BEGIN, LONGEST, PADDING, rows
from lossclinic_kb.lab.workloads.text import numbered_text, windows
from lossclinic_kb.lab.world import COUNTED, JUDGES, TASKS
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms import detect_all

torch.set_num_threads(1)

STEPS = 12  # of a tiny run: three validations

LEVELS = {
    "cnn_digits": ("val_acc", 0.92),
    "regression_diabetes": ("val_r2", 0.25),
    "regression_friedman": ("val_r2", 0.85),
    "char_transformer": ("val_acc", 0.27),
    "char_rnn": ("val_acc", 0.35),
    "sequence_classification": ("val_acc", 0.85),
    "autoencoder": ("val_loss", -0.35),
    "vae": ("val_loss", -24.5),
    "metric_learning": ("val_acc", 0.8),
    "gan": ("val_on_ring", 0.5),
    "segmentation": ("val_iou", 0.6),
    "detection": ("val_acc", 0.9),
    "fine_tuning": ("val_acc", 0.85),
    "distillation": ("val_acc", 0.88),
    "forecasting": ("val_loss", -0.75),
    "recommendation": ("val_acc", 0.6),
    "diffusion": ("val_loss", -0.65),
    "self_supervised": ("val_loss", -4.0),
    "click_prediction": ("val_acc", 0.7),
    "seq2seq": ("val_acc", 0.5),
    "lm_fine_tuning": ("val_acc", 0.38),
    "regression_drawn": ("val_r2", 0.35),
    "markov_language": ("val_acc", 0.15),
    "coordinates": ("val_r2", 0.95),
    "graph_nodes": ("val_acc", 0.85),
    "textures": ("val_acc", 0.4),
    "several_labels": ("val_acc", 0.75),
}
"""The series that tells best whether a run of the workload went well, and what it reaches; losses are negated."""


def tiny(world: World) -> Trial:
    trial = healthy_trial(replace(world, validate_every=STEPS // 3, log_every=1, resumed=False))
    left = 3

    def stop(_: object) -> bool:
        nonlocal left
        left -= 1
        return left == 0

    trial.stop_when = stop
    return trial


def reached(run: Run, world: World) -> float:
    name, _ = LEVELS[world.workload]
    last = next(float(s.values[-1]) for s in run.series if s.name == name)
    return (
        last
        if name != "val_loss"
        else -last / (world.loss_weight * (world.batch_size if world.summed else 1))
    )


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_tiny_run_logs_what_it_should_and_every_view_can_be_read(name: str) -> None:
    run = fit(tiny(World.draw_workload(3, [name])))
    losses = run.pick("train_loss")
    assert losses is not None
    assert len(losses) == STEPS
    assert np.isfinite(losses.values).all()
    held = [s for s in run.series if s.name.startswith("val_")]
    assert held
    assert all(len(s) == 3 and np.isfinite(s.values).all() for s in held)
    assert (run.pick("val_loss") is None) == (name == "gan")
    for seen in views(run).values():
        assert all(len(s) and s.epoch is not None for s in seen.series)
        assert all(finding.state for finding in detect_all(seen, {}))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", WORKLOADS)
def test_a_healthy_run_reaches_its_level(name: str, seed: int) -> None:
    world = World.draw_workload(seed, [name])
    assert reached(fit(healthy_trial(world)), world) >= LEVELS[name][1]


def test_nobody_logs_two_epochs_by_the_epoch() -> None:
    run = fit(healthy_trial(World(task="wine", epochs=3)))
    assert set(views(run)) == {"all", "no_gradient", "thinned", "epochs", "epochs_losses"}
    short = fit(healthy_trial(World(task="wine", epochs=2)))
    assert set(views(short)) == {"all", "no_gradient", "thinned"}


def test_a_log_of_losses_holds_those_of_an_opponent_too() -> None:
    run = fit(tiny(replace(World.plain("gan"), epochs=3, validate_every=None)))
    names = {series.name for series in only_losses(run).series}
    assert names == {"train_loss", "loss_d"}


def test_a_row_of_digits_is_said_backwards_without_its_padding() -> None:
    both, targets = rows(1)
    for shown, wanted in zip(both[:50].tolist(), targets[:50].tolist(), strict=True):
        source, said = [code for code in shown[:LONGEST] if code != PADDING], shown[LONGEST:]
        answer = [code for code in wanted if code != IGNORED]
        assert answer == source[::-1]
        assert said[0] == BEGIN
        assert said[1 : len(answer)] == answer[:-1]


def test_what_is_forecast_comes_after_what_is_known() -> None:
    (past, ahead), (later, _) = cut(torch.arange(400.0))
    assert (ahead[:, 0] == past[:, -1] + 1).all()
    assert float(later.min()) > float(ahead.max())


def test_the_worlds_of_tabular_tasks_are_what_they_were() -> None:
    """Likelihoods are counted and judged on them: a change here makes both wrong."""
    drawn = [World.draw(seed, tasks) for tasks in (TASKS, COUNTED, JUDGES) for seed in range(50)]
    figures = [
        (w.seed, w.task, w.batch_size, w.epochs, w.width, w.depth, w.optimizer, round(w.lr, 12), w.log_every)
        for w in drawn
    ]
    assert {w.workload for w in drawn} == {"tabular"}
    assert hashlib.sha256(repr(figures).encode()).hexdigest()[:16] == "a73ba1a80f4260e9"


def test_a_drawn_world_is_reproducible_and_varied() -> None:
    names = list(WORKLOADS)
    assert World.draw_workload(5, names) == World.draw_workload(5)
    one = World.draw_workload(5)
    assert World.draw_workload(5, [one.workload]) == one
    worlds = [World.draw_workload(seed) for seed in range(300)]
    assert {w.workload for w in worlds} == set(WORKLOADS)
    assert {w.optimizer for w in worlds} == {"sgd", "adam", "adamw", "rmsprop"}
    assert {w.precision for w in worlds} == {"fp32", "bf16", "fp16"}
    assert {w.schedule for w in worlds} == {"none", "cosine", "one_cycle", "step", "warmup"}
    assert {w.accumulate for w in worlds} == {1, 2, 4}
    assert {w.summed for w in worlds} == {w.resumed for w in worlds} == {True, False}


def test_judging_workloads_are_left_out_whole() -> None:
    assert set(COUNTED_WORKLOADS) | set(JUDGING_WORKLOADS) == set(WORKLOADS) == set(LEVELS)
    assert not set(COUNTED_WORKLOADS) & set(JUDGING_WORKLOADS)


def test_a_workload_refuses_the_task_of_another() -> None:
    with pytest.raises(ValueError, match="builds its own"):
        healthy_trial(World(workload="gan"), task=load_task("wine"))


def test_the_rate_of_sgd_makes_up_for_the_scale_of_the_loss() -> None:
    world = World(optimizer="sgd", base_lr=0.1, batch_size=8, summed=True, loss_weight=5.0)
    assert world.lr == pytest.approx(0.1 / 40)
    assert replace(world, optimizer="adam").lr == 0.1


def test_every_target_is_the_character_that_follows() -> None:
    codes = torch.arange(20)
    inputs, targets = windows(codes, 4)
    assert (targets == inputs + 1).all()
    train, val = numbered_text(30, 1)
    assert int(torch.cat([train, val]).max()) < 30
    assert len(val) > 0.08 * len(train)


def test_the_decoder_sees_no_character_to_come() -> None:
    model = Decoder(20, 16, 2).eval()
    tokens = torch.randint(20, (2, 8))
    other = tokens.clone()
    other[:, 5] = (other[:, 5] + 1) % 20
    apart = (model(tokens) - model(other)).abs().amax((0, 2))
    assert apart[:5].max() == 0
    assert apart[5:].min() > 0


def test_each_batch_of_streams_goes_on_where_the_last_one_ended() -> None:
    batches = list(streams(torch.arange(32 * 12 + 1), 3))
    assert len(batches) == 4
    for (before, _), (after, _) in pairwise(batches):
        assert (after[:, 0] == before[:, -1] + 1).all()


@pytest.mark.parametrize("cell", [torch.nn.GRU, torch.nn.LSTM])
def test_the_state_is_carried_and_survives_a_validation(cell: type[torch.nn.GRU]) -> None:
    model, tokens = Recurrent(10, 8, 1, cell), torch.randint(10, (2, 4))
    first, second = model(tokens), model(tokens)
    assert not torch.equal(first, second)
    model.eval()
    assert torch.equal(model(tokens), first)  # validation begins without a state
    model.train()
    again = model(tokens)
    model.state = None
    assert torch.equal(model(tokens), first)
    assert not torch.equal(again, first)
