"""A small BERT that tells good reviews from bad ones, trained by the Trainer, which leaves `trainer_state.json`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import torch

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.hf_trainer import TrainerScript, state, trainer
from benchmarks.field.tasks.text import Sentences, reviews

Texts = tuple[Sentences, Sentences]


def texts(
    train: int = 1600,
    held_out: int = 300,
    labels: Callable[[np.ndarray], np.ndarray] | None = None,
    both: bool = False,
) -> Texts:
    """Return reviews to train on and to evaluate on, with the labels of the first, or of both, changed."""
    whole = reviews(5000)
    first, second = whole.take(slice(0, train)), whole.take(slice(4000, 4000 + held_out))
    if labels:
        first = Sentences(first.ids, labels(first.labels))
        second = Sentences(second.ids, labels(second.labels)) if both else second
    return first, second


def shuffled(labels: np.ndarray) -> np.ndarray:
    """Return labels in an order of their own."""
    return np.random.default_rng(2).permutation(labels)


def mostly_good() -> Texts:
    """Return reviews of which 97 in 100 are good."""
    whole = reviews(5000)
    keep = np.flatnonzero((whole.labels == 1) | (np.random.default_rng(1).random(len(whole)) < 0.03))
    kept = Sentences(whole.ids[keep], whole.labels[keep])
    return kept.take(slice(0, 2000)), kept.take(slice(2000, 2500))


def opposite() -> Texts:
    """Return reviews of irony, in which good words are meant badly, and plain ones to evaluate on."""
    first, second = texts(600)
    return Sentences(first.ids, 1 - first.labels), second


@cache
def weights() -> dict[str, torch.Tensor]:
    """Return the weights of a model that was trained on more reviews."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        before = TrainerScript(
            lambda: texts(3800, 50),
            2,
            steps=260,
            settings=(("eval_strategy", "no"), ("logging_strategy", "no")),
        )
        made = trainer(before, folder)
        made.remove_callback(made.callback_handler.callbacks[-1])
        made.train()
    return dict(made.model.state_dict())


def loaded(model: torch.nn.Module) -> None:
    """Load the weights."""
    model.load_state_dict(weights())


def body_frozen(model: torch.nn.Module) -> None:
    """Freeze everything but the head."""
    for parameter in model.bert.parameters():  # type: ignore[union-attr]
        parameter.requires_grad_(False)


def everything_frozen(model: torch.nn.Module) -> None:
    """Freeze all but one offset."""
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name == "bert.pooler.dense.bias")


def wide(model: torch.nn.Module) -> None:
    """Draw every matrix far too wide."""
    for parameter in model.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=1.5)


TUNED: dict[str, Any] = {
    "prepare": loaded,
    "pretrained": True,
    "lr": 3e-4,
    "steps": 120,
    "eval_every": 20,
    "settings": (("eval_on_start", True),),
}
SCRIPT = TrainerScript(texts, 2)

CASES = {
    "base": healthy("Loss falls from .69 to .2 after the warm-up, eval accuracy to .95."),
    "cosine": healthy(
        "A sound descent under a cosine, eval accuracy .95.", schedule="cosine", warmup=30, weight_decay=0.01
    ),
    "tuned": healthy(
        "Starts where the pretrained model is, eval accuracy .95, and gets a little better.",
        data=lambda: texts(800),
        **TUNED,
    ),
    "constant": healthy(
        "A steady descent at a constant rate after the warm-up.",
        schedule="constant_with_warmup",
        lr=1e-3,
        log_every=5,
    ),
    "hot": fault(
        "lr_too_high",
        "Loss above ln 2 from the first line, up to 1.5, accuracy at chance to the end.",
        lr=0.2,
    ),
    "hot_tuned": fault(
        "lr_too_high",
        "Begins with accuracy .96 and is at chance after forty steps, with losses above ln 2.",
        data=lambda: texts(800),
        **{**TUNED, "lr": 0.1},
        against="tuned",
    ),
    "cold": fault(
        "lr_too_low",
        "Loss at .693 with the accuracy of one class, the same eval loss to the fourth digit, at 2e-7.",
        lr=2e-7,
    ),
    "endless_warmup": fault(
        "lr_schedule_wrong",
        "The rate is still at a four-hundredth of what was meant at the last step; loss at .693.",
        warmup=100_000,
        schedule="constant_with_warmup",
    ),
    "not_loaded": fault(
        "weights_not_loaded",
        "A fine-tuning that starts at chance and stays there at a rate that was meant for a trained model.",
        data=lambda: texts(800),
        **{**TUNED, "prepare": id},
        against="tuned",
    ),
    "few": fault(
        "overfitting",
        "Train loss goes to .001 while eval loss climbs from .7 to 2.3, accuracy .66.",
        data=lambda: texts(90),
        steps=400,
        dropout=0.0,
    ),
    "few_noisy": fault(
        "overfitting",
        "Eval loss turns at step 80 and doubles while train loss goes to .02.",
        data=lambda: texts(250, labels=lambda y: np.where(np.arange(len(y)) % 5 == 0, 1 - y, y)),
        steps=500,
        dropout=0.0,
    ),
    "shuffled": fault(
        "label_misalignment",
        "Eval accuracy at chance throughout and eval loss rising, train loss falls by memorising.",
        data=lambda: texts(400, labels=shuffled, both=True),
        steps=500,
        dropout=0.0,
    ),
    "sgd": fault(
        "optimizer_unsuitable",
        "Plain SGD on a transformer: loss at .69 for the whole run with gradients that are not small.",
        optimizer="sgd",
        lr=2e-3,
    ),
    "body_frozen": fault(
        "parameters_frozen",
        "Loss stays at .69, gradients of the head alone, nothing learned by a random body.",
        prepare=body_frozen,
    ),
    "everything_frozen": fault(
        "parameters_frozen",
        "Loss at .693 throughout, gradient norm a tenth of the usual.",
        prepare=everything_frozen,
    ),
    "dropped": fault(
        "over_regularized",
        "Train loss stays at ln 2 and above; nothing gets through the dropout.",
        dropout=0.85,
    ),
    "mostly_good": fault(
        "class_imbalance",
        "Accuracy .97 from the first evaluation to the last without a change: one class only.",
        data=mostly_good,
        lr=3e-4,
        steps=160,
    ),
    "irony": fault(
        "catastrophic_forgetting",
        "Accuracy on the plain reviews starts at .96 and falls to near zero as the new texts are learned.",
        data=opposite,
        **TUNED,
        against="tuned",
    ),
}

SETTING = Setting("open", "trainer_state.json", "reviews", "json", SCRIPT, state, CASES, 2)
