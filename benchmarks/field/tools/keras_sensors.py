"""A Keras classifier of the state of a machine, with `CSVLogger`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.keras_fit import KerasScript, Table, csv_logger
from benchmarks.field.tasks.tables import sensors


def dense(
    *widths: int,
    head: str | None = "softmax",
    outputs: int = 8,
    between: Any = "relu",
    dropout: float = 0.0,
    **how: Any,
) -> Callable[[], list[Any]]:
    """Return what makes dense layers."""

    def made() -> list[Any]:
        from keras import layers

        body: list[Any] = []
        for width in widths:
            body += [
                layers.Dense(width, activation=between, **how),
                *([layers.Dropout(dropout)] if dropout else []),
            ]
        return [*body, layers.Dense(outputs, activation=head)]

    return made


def twice(*, label_smoothing: float = 0.0) -> Any:
    """Return a cross entropy that expects scores."""

    def loss(labels: Any, outputs: Any) -> Any:
        import torch

        return torch.nn.functional.cross_entropy(
            outputs, labels.view(-1).long(), label_smoothing=label_smoothing
        )

    return loss


def callback(name: str, *arguments: Any, **how: Any) -> Callable[[], list[Any]]:
    """Return what makes one callback of Keras."""

    def made() -> list[Any]:
        import keras

        return [getattr(keras.callbacks, name)(*arguments, **how)]

    return made


def changed(made: Callable[[], Table], **through: Callable[[np.ndarray], np.ndarray]) -> Callable[[], Table]:
    """Return a table with some of its parts put through a function."""

    def change() -> Table:
        table = made()
        return replace(table, **{name: f(getattr(table, name)) for name, f in through.items()})

    return change


def in_order() -> Table:
    """Return rows sorted by state, as they were exported."""
    table = sensors()
    order = np.argsort(table.y, kind="stable")
    return replace(table, x=table.x[order], y=table.y[order])


def mostly_fine() -> Table:
    """Return machines of which 96 in 100 are in the first state, whatever they read."""
    table = sensors(12000, 4000, noise=3.0)
    keep, keep_val = (
        (labels == 0) | (np.random.default_rng(8).random(len(labels)) < 0.006)
        for labels in (table.y, table.y_val)
    )
    return Table(table.x[keep], table.y[keep], table.x_val[keep_val], table.y_val[keep_val])


def in_units(x: np.ndarray) -> np.ndarray:
    """Return the readings in hertz, degrees, pascals, ..."""
    scale = np.geomspace(0.01, 60000, x.shape[1])
    return ((x + np.linspace(0, 5, x.shape[1])) * scale).astype("float32")


def uneven(x: np.ndarray) -> np.ndarray:
    """Return readings of which a few are large and most are tiny."""
    return (x * np.geomspace(0.002, 4, x.shape[1])).astype("float32")


def half_wrong(y: np.ndarray) -> np.ndarray:
    """Return labels of which half were drawn at random."""
    rng = np.random.default_rng(9)
    return np.where(rng.random(len(y)) < 0.55, rng.integers(0, 8, len(y)), y)


def mixed(y: np.ndarray) -> np.ndarray:
    """Return labels in an order of their own."""
    return np.random.default_rng(10).permutation(y)


def frozen(model: Any) -> None:
    """Freeze the layers that were meant to be fine-tuned."""
    for layer in model.layers[:-1]:
        layer.trainable = False
    model.layers[-1].trainable = False


ENTROPY = "sparse_categorical_crossentropy"
SCRIPT = KerasScript(sensors, dense(64, 64), ENTROPY, ("accuracy",), epochs=15, classes=8)
SGD: dict[str, Any] = {"optimizer": "sgd", "lr": 0.05, "momentum": 0.9}
deep = partial(dense, 32, 32, 32, 32, 32, 32, 32, 32)

CASES = {
    "base": healthy("Both losses fall together to .02, accuracies near 1.", epochs=10),
    "sgd": healthy("A quick task: low after the first epoch and lower with each.", **SGD, epochs=10),
    "gap": healthy(
        "Validation better than training by the dropout, both improve to the end.",
        layers=dense(128, dropout=0.5),
        dropout=0.5,
    ),
    "early_stop": healthy(
        "Losses go on falling together in tiny steps to the end.",
        callbacks=callback("EarlyStopping", patience=3),
        epochs=60,
        layers=dense(48),
    ),
    "plateau": healthy(
        "A small net with dropout, still improving, validation ahead of training.",
        callbacks=callback("ReduceLROnPlateau", patience=2, factor=0.3),
        epochs=20,
        layers=dense(24, dropout=0.2),
        dropout=0.2,
    ),
    "slow": healthy("A slow even descent over forty epochs without a gap.", lr=1e-4, epochs=40),
    "smoothing": healthy(
        "Losses settle near .57 because of label smoothing with accuracy near 1.",
        layers=dense(64, head=None),
        loss=twice(label_smoothing=0.1),
        label_smoothing=0.1,
        epochs=10,
    ),
    "hot": fault(
        "lr_too_high",
        "Loss is far above ln 8 from the first epoch and stays there, accuracy that of one class.",
        lr=0.1,
    ),
    "hot_sgd": fault(
        "lr_too_high",
        "Loss above ln 8 from the first epoch, accuracy at chance to the end.",
        against="sgd",
        **{**SGD, "lr": 1.5},
    ),
    "cold": fault(
        "lr_too_low", "Loss moves in the third digit only, straight down, validation alongside.", lr=1e-6
    ),
    "few": fault(
        "overfitting",
        "Train accuracy 1 and loss .003, validation loss turns at epoch 11 and rises by half.",
        data=partial(sensors, train=160, noise=2.5),
        epochs=80,
        layers=dense(256, 256),
    ),
    "memorised": fault(
        "overfitting",
        "Validation loss turns at epoch 6 and climbs from 1.0 to 1.8 while train loss goes to zero.",
        data=partial(sensors, train=600, noise=2.8),
        epochs=60,
        layers=dense(256, 256),
    ),
    "tiny": fault(
        "too_little_data",
        "Accuracy moves in steps of 1/24: two dozen samples; train gets to 1, validation to .5.",
        data=partial(sensors, train=24, noise=1.5),
        epochs=60,
    ),
    "squared": fault(
        "wrong_loss_for_task",
        "A squared error on class numbers: loss falls while accuracy stays at .2.",
        loss="mse",
        layers=dense(64, 64, outputs=1, head=None),
        metrics=("accuracy",),
    ),
    "double_softmax": fault(
        "softmax_before_cross_entropy",
        "Accuracies of 1 with both losses stuck at 1.28, ln(1 + 7/e).",
        loss=twice(),
        epochs=20,
    ),
    "dead": fault(
        "dying_relu",
        "Loss is ln 8 to the third digit from start to end, accuracy that of one class.",
        layers=dense(32, 32, 32, bias_initializer={"class_name": "Constant", "config": {"value": -4.0}}),
    ),
    "deep_sigmoid": fault(
        "vanishing_gradients",
        "Ten epochs exactly at ln 8, then the first slow movement: the gradient does not get through.",
        layers=deep(between="sigmoid"),
    ),
    "units": fault(
        "no_input_normalization",
        "Constant absurd loss of 13.8 and accuracy that of one class from the first epoch.",
        data=changed(sensors, x=in_units, x_val=in_units),
    ),
    "zeros": fault(
        "bad_initialization",
        "Loss is ln 8 from start to end, accuracy that of one class, nothing moves.",
        layers=dense(64, 64, kernel_initializer="zeros"),
    ),
    "wide": fault(
        "bad_initialization",
        "First loss seven times ln 8 and still five times at the end, creeping down.",
        layers=dense(
            64, 64, 64, kernel_initializer={"class_name": "RandomNormal", "config": {"stddev": 2.0}}
        ),
    ),
    "l2": fault(
        "over_regularized",
        "Loss starts at 39, mostly penalty, falls to ln 8 while accuracy first rises and then sinks.",
        layers=dense(64, 64, kernel_regularizer={"class_name": "L2", "config": {"l2": 0.5}}),
    ),
    "dropped": fault(
        "over_regularized",
        "Train accuracy at chance throughout, validation at chance too: nothing gets through the dropout.",
        layers=dense(48, 48, 48, dropout=0.85),
        dropout=0.85,
    ),
    "eleven": fault(
        "val_set_too_small",
        "Validation accuracy jumps in sevenths and then stands still; training is smooth.",
        data=partial(sensors, val=7, noise=2.0),
        epochs=30,
    ),
    "rare_states": fault(
        "class_imbalance",
        "Accuracy .96 from the first epoch and no change after it: the share of the largest class.",
        data=mostly_fine,
        epochs=10,
        layers=dense(16),
    ),
    "vanished_rate": fault(
        "lr_schedule_wrong",
        "Rate falls to 1e-14 within the run; losses freeze near chance from the third epoch.",
        callbacks=callback("LearningRateScheduler", lambda epoch, rate: rate * 0.2),
        lr=5e-4,
    ),
    "one_unit": fault(
        "model_too_small", "Both losses creep near ln 8 together without a gap, accuracy .2.", layers=dense(1)
    ),
    "whole_set": fault(
        "batch_too_large",
        "One update an epoch: slow, perfectly smooth, far from done at the end.",
        batch_size=1200,
        epochs=15,
    ),
    "two_epochs": fault(
        "insufficient_training",
        "Four epochs, both losses falling in a straight line when it stops.",
        epochs=4,
        against="slow",
        lr=1e-4,
    ),
    "plain_sgd": fault(
        "optimizer_unsuitable",
        "Slow crawl of both losses with plain SGD on features of very different size.",
        optimizer="sgd",
        lr=0.01,
        momentum=0.0,
        data=changed(sensors, x=uneven, x_val=uneven),
    ),
    "in_order": fault(
        "no_shuffling",
        "Losses jump up and down in the first epochs, train accuracy far below validation at times, far worse than shuffled.",
        data=in_order,
        shuffle=False,
        **SGD,
        against="sgd",
    ),
    "half_wrong": fault(
        "bad_annotations",
        "Train accuracy stuck near .5 while validation is at .97, then validation sinks as noise is memorised.",
        data=changed(sensors, y=half_wrong),
        epochs=30,
        layers=dense(128, 128),
    ),
    "mixed": fault(
        "label_misalignment",
        "Validation accuracy at chance with its loss rising from ln 8, train loss falls by memorising.",
        data=changed(sensors, y=mixed, y_val=mixed),
        epochs=30,
        layers=dense(128, 128),
    ),
    "frozen": fault(
        "parameters_frozen",
        "Train and validation figures are the same in every epoch, to the last digit for validation.",
        prepare=frozen,
    ),
    "huge_epsilon": fault(
        "adam_epsilon_too_large",
        "A usual rate of Adam and yet a crawl in the third digit.",
        settings=(("epsilon", 10.0),),
    ),
    "momentum": fault(
        "momentum_too_high",
        "Good after one epoch, then overshoots and climbs to 13, never to return.",
        **{**SGD, "momentum": 0.999},
        against="sgd",
    ),
    "one_sample": fault(
        "batch_too_small",
        "Noisy train loss that does not come down with batches of one, far worse than in batches.",
        batch_size=1,
        data=partial(sensors, train=500),
        epochs=6,
        lr=0.01,
    ),
    "relu_head": fault(
        "wrong_output_activation",
        "Losses far above ln 8 that do not come down: probabilities of zero.",
        layers=dense(64, 64, head="relu"),
    ),
    "unscaled_val": fault(
        "train_infer_mismatch",
        "Training is perfect, validation loss is several and rises from the first epoch.",
        data=changed(sensors, x_val=lambda x: x * 6 + 9),
    ),
    "other_site": fault(
        "distribution_shift",
        "Training is perfect, validation starts worse and stays far behind, its loss rising.",
        data=changed(sensors, x_val=lambda x: x * np.linspace(0.2, 1.8, 20).astype("float32") + 0.6),
    ),
    "swapped": fault(
        "data_split_mixup",
        "Sixty training samples fitted perfectly while validation is poor; there are far more validation samples.",
        data=lambda: Table(*(lambda t: (t.x_val, t.y_val, t.x, t.y))(sensors(1300, 60, noise=2.0))),
        epochs=40,
    ),
    "nan": fault(
        "nan_in_data",
        "Losses NaN from the first epoch to the last, accuracy that of one class.",
        data=changed(sensors, x=lambda x: np.where(np.arange(len(x))[:, None] == 300, np.nan, x)),
    ),
    "other_order": fault(
        "class_id_mapping_error",
        "Training is perfect while validation accuracy is near zero, below chance, with loss rising.",
        data=changed(sensors, y_val=lambda y: (y + 3) % 8),
    ),
}

SETTING = Setting("open", "Keras CSVLogger", "sensors", "csv", SCRIPT, csv_logger, CASES, 8)
