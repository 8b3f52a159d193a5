"""A checkpoint whose keys carry a prefix, loaded with strict=False: nothing is loaded and nothing complains."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Scores, Trial, World, evaluate, fit, healthy_trial

WORKLOADS = (
    "fine_tuning",
    "tabular",
    "cnn_digits",
    "sequence_classification",
    "segmentation",
    "regression_friedman",
    "regression_drawn",
)
PREFIX = "module."  # what DataParallel and DistributedDataParallel put before every key
MILD, SEVERE = 0.05, 0.01  # of the rate from scratch: usual for weights that are good already

Weights = Mapping[str, Tensor]


def broken(world: World) -> Trial:
    """Fine-tuning starts from random weights; elsewhere validation runs a copy that never gets the weights."""
    trial = cured(world)
    if world.workload != "fine_tuning":
        fresh = copy.deepcopy(trial.model)
        return replace(trial, evaluate=lambda trained: _in_another_process(trained, fresh))
    checkpoint = _as_saved(trial.model)
    torch.manual_seed(world.seed)
    for module in trial.model.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            module.reset_parameters()
    trial.model.load_state_dict(checkpoint, strict=False)
    return trial


def cured(world: World) -> Trial:
    if world.workload != "fine_tuning":
        return healthy_trial(world)
    return healthy_trial(replace(world, variant=0, lr_factor=world.between(MILD, SEVERE) * world.lr_factor))


def _as_saved(model: nn.Module) -> dict[str, Tensor]:
    return {PREFIX + key: value for key, value in model.state_dict().items()}


def _in_another_process(trial: Trial, fresh: nn.Module) -> Scores:
    fresh.load_state_dict(_as_saved(trial.model), strict=False)
    return evaluate(replace(trial, model=fresh))


def unchanged_by_loading(model: nn.Module, checkpoint: Weights) -> tuple[list[str], list[str], list[str]]:
    """Load `checkpoint`; return the keys missing in it, those it has too many, the weights that stayed the same."""
    # snippet: confirm | pytorch | What did loading change, and what did it say | 加载到底改了什么，又报了什么
    before = {name: value.clone() for name, value in model.state_dict().items()}
    result = model.load_state_dict(checkpoint, strict=False)
    after = model.state_dict()
    unchanged = [name for name, value in before.items() if torch.equal(value, after[name])]
    report = f"{len(unchanged)} of {len(before)} tensors unchanged"
    report += f", missing {result.missing_keys[:3]}, unexpected {result.unexpected_keys[:3]}"
    # Everything unchanged, and as many keys missing as unexpected: the names differ, nothing was loaded.
    # end snippet
    assert report.startswith(str(len(unchanged)))
    return result.missing_keys, result.unexpected_keys, unchanged


def load_all_of_it(model: nn.Module, checkpoint: Weights, new_head: str = "head.") -> None:
    """Load `checkpoint` whatever its prefix, leaving out a head that is meant to be new.

    Raises:
        RuntimeError: A weight that should be loaded has no counterpart.
    """
    # snippet: fix | pytorch | Strip the prefix, and let only the new head be missing | 去掉前缀，只允许新的输出层缺失
    state = checkpoint  # torch.load(path, weights_only=True), or its entry "state_dict" or "model"
    for prefix in ("module.", "_orig_mod.", "model."):  # DataParallel, torch.compile, Lightning
        if all(key.startswith(prefix) for key in state):
            state = {key.removeprefix(prefix): value for key, value in state.items()}
    state = {key: value for key, value in state.items() if not key.startswith(new_head)}
    result = model.load_state_dict(state, strict=False)
    missing = [key for key in result.missing_keys if not key.startswith(new_head)]
    if missing or result.unexpected_keys:
        raise RuntimeError(f"not loaded: {missing}; unknown: {result.unexpected_keys}")
    # end snippet


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trained = healthy_trial(World(epochs=3))
    fit(trained)
    checkpoint = _as_saved(trained.model)
    fresh = healthy_trial(World())
    missing, unexpected, unchanged = unchanged_by_loading(fresh.model, checkpoint)
    assert len(missing) == len(unexpected) == len(unchanged) == len(checkpoint)
    assert evaluate(fresh)["acc"] < 0.3

    load_all_of_it(fresh.model, checkpoint)
    assert evaluate(fresh)["acc"] == evaluate(trained)["acc"] > 0.8
    refused = ""
    try:
        load_all_of_it(fresh.model, {"backbone.weight": torch.zeros(1)})
    except RuntimeError as error:
        refused = str(error)
    assert "backbone.weight" in refused
