"""Roles and axes from column names."""

from __future__ import annotations

import pytest

from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.columns import roles_of
from lossclinic_ingest.logs.tables.words import words_of
from lossclinic_kb.run import Role


def role(*names: str) -> Role:
    """Return the role of the first of these columns."""
    return roles_of(names)[0][0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((n, "train_loss") for n in (
            "loss", "train_loss", "training loss", "Loss/train", "train/loss", "trainLoss", "TrainLoss", "tr_loss", "loss_train",
            "train_loss_step", "train_loss_epoch", "total_loss", "loss_total", "lm loss", "Training_Loss", "训练损失", "损失",
            "训练集损失", "损失值", "訓練損失", "cross_entropy_loss", "avg_train_loss", "main/loss", "metrics.train.loss",
        )),
        *((n, "val_loss") for n in (
            "val_loss", "valid_loss", "validation loss", "eval_loss", "eval/loss", "dev_loss", "loss/val", "valLoss", "vloss",
            "Loss/Validation", "val_loss/dataloader_idx_0", "验证损失", "验证集损失", "train/val_loss", "验证集上的损失",
        )),
        *((n, "train_acc") for n in (
            "accuracy", "acc", "train_acc", "train/accuracy", "top1", "acc@1", "sparse_categorical_accuracy", "mean_token_accuracy",
            "train_top_1_accuracy", "准确率", "训练准确率", "正确率",
        )),
        *((n, "val_acc") for n in (
            "val_accuracy", "val_acc", "eval_accuracy", "valid/top1", "验证准确率", "验证集精度", "eval_mean_token_accuracy",
        )),
        *((n, "lr") for n in (
            "lr", "LR", "learning_rate", "learning rate", "lr-Adam", "lr-Adam/pg1", "lr/pg0", "x/lr0", "train/learning_rate",
            "学习率", "base_lr",
        )),
        *((n, "grad_norm") for n in (
            "grad_norm", "grad norm", "gnorm", "gradient_norm", "train/grad_norm", "grad_2.0_norm_total", "total_norm", "梯度范数",
            "grad_norm_before_clipping",
        )),
        *((n, "loss_scale") for n in ("loss_scale", "loss scale", "train/loss_scale", "grad_scale", "amp/scale", "损失缩放")),
        *((n, "other") for n in (
            "test/loss", "test_accuracy", "测试损失", "time", "epoch_time", "loss_scale_window_std", "best_val_loss", "loss_std",
            "train_samples_per_second", "eval_runtime", "val_learning_rate", "grad_2.0_norm/layer1.weight", "grad_norm_clipped",
            "perplexity", "困惑度", "memory", "metrics/mAP_0.5", "top5", "val_top5_accuracy", "loss_weight", "f1", "精确率",
            "loss - train__MIN", "val_loss__MAX",
        )),
    ],
)  # fmt: skip
def test_a_name_alone(name: str, expected: Role) -> None:
    assert role(name) == expected


def test_an_error_measure_is_the_loss_only_where_nothing_better_is() -> None:
    assert roles_of(["loss", "mae", "val_loss", "val_mae"])[0] == ("train_loss", "other", "val_loss", "other")
    roles, notes = roles_of(["train_mse", "val_mse"])
    assert roles == ("train_loss", "val_loss")
    assert len(notes) == 2
    assert roles_of(["train-logloss", "train-error", "eval-logloss"])[0] == (
        "train_loss",
        "other",
        "val_loss",
    )
    assert roles_of(["loss", "val_mse"])[0] == ("train_loss", "other"), "not the same quantity"


def test_parts_are_not_the_loss() -> None:
    assert set(roles_of(["train/box_loss", "train/cls_loss"])[0]) == {"other"}
    assert roles_of(["loss", "loss_cls", "loss_bbox"])[0] == ("train_loss", "other", "other")
    assert roles_of(["train/loss", "train/entropy_loss", "train/value_loss"])[0] == (
        "train_loss",
        "other",
        "other",
    )
    roles, notes = roles_of(["ntxent_loss", "val_loss"])
    assert roles == ("train_loss", "val_loss"), "a single part is the whole"
    assert "ntxent_loss" in notes[0].en


def test_accuracy_beside_named_splits_is_of_validation() -> None:
    roles, notes = roles_of(["train_loss", "valid_loss", "accuracy"])
    assert roles[2] == "val_acc"
    assert "accuracy" in notes[0].en
    assert "accuracy" in notes[0].zh
    assert roles_of(["loss", "accuracy", "val_loss", "val_accuracy"])[0][1] == "train_acc"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((n, "step") for n in ("step", "Step", "_step", "global_step", "iteration", "iter", "train/global_step", "步数", "迭代次数", "训练步数")),
        *((n, "epoch") for n in ("epoch", "Epoch", "epochs", "train/epoch", "轮次", "轮数", "训练轮次", "Epoch #")),
        *((n, None) for n in ("epoch_time", "epoch_loss", "steps_per_second", "loss", "batch_size", "time", "", "step_size")),
    ],
)  # fmt: skip
def test_axes(name: str, expected: str | None) -> None:
    assert axis_of(name) == expected


def test_spellings_give_the_same_words() -> None:
    spellings = (
        "trainLoss",
        "train/loss",
        "train_loss",
        "Train Loss",
        "训练损失",
        "train.loss",
        "TRAIN-LOSS",
    )
    assert {words_of(name) for name in spellings} == {("train", "loss")}


def test_the_loss_of_a_gan_is_the_generators() -> None:
    roles, notes = roles_of(["d_loss", "g_loss", "d_acc", "sample_std"])
    assert roles == ("other", "train_loss", "other", "other")
    assert "g_loss" in notes[0].zh
    assert roles_of(["loss_D", "loss_G", "D(x)"])[0] == ("other", "train_loss", "other")
    assert roles_of(["train_loss", "d_loss", "g_loss"])[0] == ("train_loss", "other", "other"), (
        "the whole comes first"
    )
    assert roles_of(["g_loss_adv", "g_loss_l1", "d_loss"])[0] == ("other", "other", "other"), (
        "two parts of one side"
    )
