"""Training reads features that an older preprocessing wrote to the disk; validation is computed afresh."""

from __future__ import annotations

import hashlib
import inspect
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from lossclinic_kb.lab import Trial, World, evaluate, fit, healthy_trial
from lossclinic_kb.lab.samples import samples_of, with_samples

WORKLOADS: tuple[str, ...] = (
    "tabular",
    "cnn_digits",
    "segmentation",
    "regression_friedman",
    "regression_drawn",
    "sequence_classification",
    "char_rnn",
    "fine_tuning",
)


def broken(world: World) -> Trial:
    """Cache the training inputs with the old preprocessing, change it, and read what the cache returns."""
    trial = healthy_trial(world)
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder, "train_features.pt")  # named after the data alone
        new, targets = samples_of(trial.train)
        old_inputs, old_targets = _old_preprocessing(world, new, targets)
        _cached(cache, lambda: old_inputs)
        inputs = _cached(cache, lambda: new)
    trial.train = with_samples(trial.train, inputs, old_targets)
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _cached(path: Path, compute: Callable[[], Tensor]) -> Tensor:
    """Return what `path` holds; compute and write it only where there is no such file."""
    if not path.is_file():
        torch.save(compute(), path)
    loaded: Tensor = torch.load(path)
    return loaded


def _old_preprocessing(world: World, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return the inputs, and targets that are made of inputs, as an earlier version would have made them."""
    draw = torch.Generator().manual_seed(world.seed + 53)
    if not inputs.is_floating_point():  # tokens numbered by an older vocabulary; 0 stays what it is
        number = torch.cat(
            [torch.zeros(1, dtype=torch.int64), 1 + torch.randperm(int(inputs.max()), generator=draw)]
        )
        same = world.workload == "char_rnn"
        return number[inputs], number[targets] if same else targets
    if inputs.dim() == 4:  # pictures, inverted or in units of 0 to 255
        return (1 - inputs if world.seed % 2 else 255 * inputs / 50), targets
    if world.seed % 2:
        return inputs[:, torch.randperm(inputs.shape[1], generator=draw)], targets  # columns in another order
    older_encoder = torch.linalg.qr(torch.randn(inputs.shape[1], inputs.shape[1], generator=draw)).Q
    return inputs @ older_encoder, targets  # as informative as the new features, but with other axes


def differences(cached: Tensor, raw: Sequence[Tensor], preprocess: Callable[[Tensor], Tensor]) -> list[float]:
    """Return by how much cached samples differ from those computed afresh."""
    # snippet: confirm | pytorch | Compute ten samples afresh and compare | 现算十个样本，和缓存比一比
    differ = []
    for index in torch.randperm(len(raw))[:10].tolist():
        fresh = preprocess(raw[index])  # the function that validation and inference use
        differ.append((cached[index] - fresh).abs().max().item())
    # All within rounding: the cache is good. Otherwise it was written by other code, data or settings.
    # end snippet
    return differ


def cached_by_content(
    folder: Path, file: Path, preprocess: Callable[[Tensor], Tensor], settings: Mapping[str, object]
) -> Tensor:
    """Return the preprocessed content of `file`, from the cache where nothing that matters has changed."""
    # snippet: fix | pytorch | Name the cache after everything that went into it | 缓存文件名要包含决定内容的一切
    stat = file.stat()
    made_of = [
        inspect.getsource(preprocess),  # the code itself; of the functions it calls, add those that change
        json.dumps(settings, sort_keys=True, default=str),  # mean, size, tokeniser and library versions
        f"{file.name} {stat.st_size} {stat.st_mtime_ns}",
    ]
    key = hashlib.sha256("|".join(made_of).encode()).hexdigest()[:16]
    path = folder / f"{file.stem}-{key}.pt"
    if not path.is_file():
        torch.save(preprocess(torch.load(file)), path)
    features: torch.Tensor = torch.load(path)
    # end snippet
    return features


def _half(raw: Tensor) -> Tensor:
    return raw / 2


def _third(raw: Tensor) -> Tensor:
    return raw / 3


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    raw = torch.randn(40, 5, generator=torch.Generator().manual_seed(0))
    assert max(differences(_half(raw), list(raw), _half)) < 1e-6
    assert min(differences(_half(raw), list(raw), _third)) > 1e-3
    with tempfile.TemporaryDirectory() as name:
        folder, file = Path(name), Path(name, "raw.bin")
        torch.save(raw, file)
        first = cached_by_content(folder, file, _half, {"size": 224})
        assert torch.equal(cached_by_content(folder, file, _half, {"size": 224}), first)
        assert len(list(folder.glob("*.pt"))) == 1
        assert torch.equal(cached_by_content(folder, file, _third, {"size": 224}), raw / 3)
        cached_by_content(folder, file, _third, {"size": 256})
        torch.save(raw[:20], file)
        assert len(cached_by_content(folder, file, _third, {"size": 256})) == 20
        assert len(list(folder.glob("*.pt"))) == 4

    stale = broken(World(epochs=4))
    fit(stale)
    on_fresh = evaluate(stale)
    stale.val = stale.train
    assert evaluate(stale)["acc"] > on_fresh["acc"] + 0.1
