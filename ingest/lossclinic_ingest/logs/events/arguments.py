"""What the Trainer of Hugging Face leaves in TensorBoard: its arguments as text, a mean among the points, hidden NaN."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from lossclinic_ingest.logs.tables.trainer_entries import RUN_MEAN, of_hidden_nan
from lossclinic_kb.run import Series
from lossclinic_kb.text import Text

TAG: Final = "args/text_summary"
_MEAN, _RUNTIME = "train/train_loss", "train/train_runtime"
"""Written once at the end; the first is the mean over the run, not a point of it."""
_LOSS, _NORM = "train/loss", "train/grad_norm"
_ON_A_SET: Final = re.compile(r"eval/.+_loss")
_OPTIMIZERS: Final = ("adamw", "adafactor", "adagrad", "rmsprop", "sgd", "lion", "lamb", "adam")
"""Names of which the Trainer has variants: `adamw_torch_fused`, `paged_adamw_8bit`."""
_NUMBERS: Final = {
    "learning_rate": "lr",
    "per_device_train_batch_size": "batch_size",
    "weight_decay": "weight_decay",
    "adam_epsilon": "adam_epsilon",
    "max_grad_norm": "grad_clip",
    "label_smoothing_factor": "label_smoothing",
}


def facts_of(text: str) -> dict[str, object]:
    """Return the facts that TrainingArguments, as they are written to TensorBoard, state."""
    try:
        arguments = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(arguments, Mapping):
        return {}
    facts: dict[str, object] = {"framework": "hf"}
    for key, fact in _NUMBERS.items():
        value = _number(arguments, key)
        if value is not None:
            facts[fact] = value
    warmup, ratio = _number(arguments, "warmup_steps"), _number(arguments, "warmup_ratio")
    if warmup is not None and (warmup >= 1 or not (warmup or ratio)):  # below 1 it is a share of all steps
        facts["warmup_steps"] = warmup
    epochs = _number(arguments, "num_train_epochs")
    if epochs is not None and (_number(arguments, "max_steps") or 0.0) <= 0:  # max_steps overrides it
        facts["epochs"] = epochs
    optimizer = str(arguments.get("optim", "")).lower()
    if optimizer:
        facts["optimizer"] = next((name for name in _OPTIMIZERS if name in optimizer), optimizer)
    if isinstance(arguments.get("fp16"), bool) and isinstance(arguments.get("bf16"), bool):
        facts["amp"] = arguments["fp16"] or arguments["bf16"]
    return facts


def _number(arguments: Mapping[str, Any], key: str) -> float | None:
    value = arguments.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def cleaned(series: Sequence[Series]) -> tuple[list[Series], tuple[Text, ...]]:
    """Return what the Trainer logged without the mean over the run, and with the NaN that it wrote as 0.0."""
    names = {one.name for one in series}
    kept = [one for one in series if one.name != _MEAN or _RUNTIME not in names]
    notes = (RUN_MEAN,) if len(kept) < len(series) else ()
    norm = next((one for one in kept if one.name == _NORM), None)
    hidden = 0
    for i, one in enumerate(kept):
        if one.name == _LOSS and norm is not None:
            kept[i] = _unhidden(one, norm)
            hidden = kept[i].non_finite - one.non_finite
    return kept, (*notes, of_hidden_nan(hidden)) if hidden else notes


def _unhidden(loss: Series, norm: Series) -> Series:
    """Put back the NaN that `logging_nan_inf_filter` wrote as a loss of 0.0.

    The tell-tale is a gradient norm of NaN at the same step: no loss of exactly 0 has one.
    """
    failed = norm.axis[np.isnan(norm.values)]
    return replace(
        loss, values=np.where((loss.values == 0.0) & np.isin(loss.axis, failed), np.nan, loss.values)
    )


def with_sets(series: Sequence[Series]) -> tuple[Series, ...]:
    """Return the series with the losses on several evaluation sets, `eval/<set>_loss`, as validation losses."""
    if any(one.role == "val_loss" for one in series):
        return tuple(series)
    return tuple(replace(one, role="val_loss") if _ON_A_SET.fullmatch(one.name) else one for one in series)
