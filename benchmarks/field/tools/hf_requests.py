"""A small BERT that tells sixty kinds of requests apart; what the Trainer prints."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.hf_trainer import TrainerScript, printed
from benchmarks.field.tasks.text import Sentences, requests

Texts = tuple[Sentences, Sentences]


def texts(train: int = 1800, held_out: int = 300) -> Texts:
    """Return requests to train on and to evaluate on."""
    whole = requests(5000)
    return whole.take(slice(0, train)), whole.take(slice(4000, 4000 + held_out))


def relabelled(how: Any, train: int = 1800, both: bool = False) -> Texts:
    """Return requests with their labels changed."""
    first, second = texts(train)
    return Sentences(first.ids, how(first.labels)), Sentences(
        second.ids, how(second.labels)
    ) if both else second


def reordered() -> Texts:
    """Return requests, of which those to evaluate on were numbered by object first."""
    first, second = texts()
    return first, Sentences(second.ids, second.labels % 6 * 10 + second.labels // 6)


def noisy(labels: np.ndarray) -> np.ndarray:
    """Return labels of which half were drawn."""
    rng = np.random.default_rng(2)
    return np.where(rng.random(len(labels)) < 0.5, rng.integers(0, 60, len(labels)), labels)


SCRIPT = TrainerScript(texts, 60, steps=200, lr=5e-3, log_every=5, eval_every=25, dropout=0.05)

CASES = {
    "base": healthy("Loss falls from ln 60 to near zero, eval accuracy near 1."),
    "smoothing": healthy("", label_smoothing=0.1),
    "cold": fault("lr_too_low", "", lr=1e-6),
    "sgd": fault("optimizer_unsuitable", "", optimizer="sgd", lr=4e-3),
    "few": fault("overfitting", "", data=lambda: texts(150), steps=240, dropout=0.0),
    "noisy": fault("bad_annotations", "", data=lambda: relabelled(noisy)),
    "pads": fault("padding_mask_bug", "", mask=lambda ids: (ids == 0).long()),
    "endless_warmup": fault("lr_schedule_wrong", "", warmup=50_000, schedule="constant_with_warmup"),
    "forty": fault("insufficient_training", "", steps=50, lr=1e-3, log_every=5, eval_every=10),
    "label_order": fault("class_id_mapping_error", "", data=reordered),
}

SETTING = Setting("kept", "Trainer stdout", "requests", "txt", SCRIPT, printed, CASES, 60)
