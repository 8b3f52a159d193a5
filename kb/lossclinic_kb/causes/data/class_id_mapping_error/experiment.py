"""Validation numbers its classes from another list than training: another order, or one class missing."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lossclinic_kb.lab import Trial, World, evaluate, fit, healthy_trial
from lossclinic_kb.lab.samples import samples_of, with_samples

WORKLOADS: tuple[str, ...] = (
    "tabular",
    "cnn_digits",
    "segmentation",
    "sequence_classification",
    "fine_tuning",
    "detection",
)


def broken(world: World) -> Trial:
    """Even seeds list the classes in another order; odd ones miss a folder, which moves all ids after it."""
    trial = healthy_trial(world)
    inputs, targets = samples_of(trial.val)
    classes = int(str(trial.facts.get("classes", 3)))
    draw = torch.Generator().manual_seed(world.seed + 43)
    if world.seed % 2 and targets.dim() == 1 and classes > 2:
        missing = int(torch.randint(classes // 2, (1,), generator=draw))
        kept = targets != missing
        inputs, targets = inputs[kept], targets[kept]
        renumbered = targets - (targets > missing).long()
    else:
        listed = _other_order(classes, draw)
        renumbered = targets.clone()
        if targets.dim() == 2:  # boxes: the class stands first
            renumbered[:, 0] = listed[targets[:, 0].long()].float()
        else:
            renumbered = listed[targets]
    trial.val = with_samples(trial.val, inputs, renumbered)
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _other_order(classes: int, draw: torch.Generator) -> Tensor:
    """Return a random order of the classes in which at least two ids in three have moved."""
    while True:
        order = torch.randperm(classes, generator=draw)
        if int((order == torch.arange(classes)).sum()) <= classes // 3:
            return order


def different_ids(
    train_ids: Mapping[str, int], val_ids: Mapping[str, int]
) -> dict[str, tuple[int | None, int | None]]:
    """Return the classes whose ids differ: (in training, in validation), None where it is missing."""
    # snippet: confirm | pytorch | Do training and validation number their classes alike? | 训练集和验证集的类别编号一致吗？
    # train_ids, val_ids: train_set.class_to_idx, val_set.class_to_idx, or {name: id} read from your label files
    names = sorted({*train_ids, *val_ids})
    differ = {
        name: (train_ids.get(name), val_ids.get(name))
        for name in names
        if train_ids.get(name) != val_ids.get(name)
    }
    # Empty: the same table. Otherwise every class in it is scored as another one.
    # end snippet
    return differ  # noqa: RET504 - the snippet names it


def best_renaming(
    model: nn.Module, val_loader: DataLoader[tuple[Tensor, ...]], num_classes: int
) -> tuple[float, float, dict[int, int]]:
    """Return the accuracy, that after the best renaming of the classes, and the renaming."""
    # snippet: confirm_renaming | pytorch | Would renaming the classes save the accuracy? | 把类别重新对号之后准确率能救回来吗？
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)  # row: label, column: prediction
    model.eval()
    with torch.no_grad():
        for inputs, targets in val_loader:
            cells = (targets * num_classes + model(inputs).argmax(dim=1)).cpu()
            confusion += torch.bincount(cells, minlength=num_classes**2).view(num_classes, num_classes)
    model.train()
    before = confusion.diag().sum().item() / confusion.sum().item()
    means = confusion.argmax(dim=0)  # the label that each predicted class meets most often
    after = confusion.max(dim=0).values.sum().item() / confusion.sum().item()
    renaming = {index: label for index, label in enumerate(means.tolist()) if index != label}
    # From chance to nearly the training accuracy: only the numbers were wrong. No change: it is something else.
    # end snippet
    return before, after, renaming


def one_table(
    train_folder: Path, val_folder: Path, file: Path
) -> tuple[dict[str, int], list[tuple[Path, int]]]:
    """Write the class table of training to `file` and return it, with the validation samples numbered by it.

    Raises:
        ValueError: A validation class that training does not have.
    """
    # snippet: fix | pytorch | One table, made from training once, used everywhere | 类别表只从训练集生成一次，到处共用
    names = sorted(path.name for path in train_folder.iterdir() if path.is_dir() and path.name[0] != ".")
    class_to_idx = {name: index for index, name in enumerate(names)}
    file.write_text(json.dumps(class_to_idx, ensure_ascii=False), encoding="utf-8")  # beside the weights
    unknown = {path.name for path in val_folder.iterdir() if path.is_dir()} - set(names)
    if unknown:
        raise ValueError(f"validation has classes that training does not: {sorted(unknown)}")
    val_samples = [(path, class_to_idx[path.parent.name]) for path in sorted(val_folder.glob("*/*"))]
    # end snippet
    return class_to_idx, val_samples


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    with tempfile.TemporaryDirectory() as name:
        train, val = Path(name, "train"), Path(name, "val")
        for folder, classes in ((train, ("ant", "bee", "cat")), (val, ("bee", "cat"))):
            for each in classes:
                (folder / each).mkdir(parents=True)
                (folder / each / "1.png").write_bytes(b"")
        own_ids = {path.name: index for index, path in enumerate(sorted(val.iterdir()))}
        table, samples = one_table(train, val, Path(name, "classes.json"))
        assert different_ids(table, own_ids) == {"ant": (0, None), "bee": (1, 0), "cat": (2, 1)}
        assert [index for _, index in samples] == [1, 2]
        assert json.loads(Path(name, "classes.json").read_text(encoding="utf-8")) == table
        (val / "dog").mkdir()
        assert "dog" in _refusal(lambda: one_table(train, val, Path(name, "classes.json")))

    trial = broken(World(epochs=4))
    fit(trial)
    before, after, renaming = best_renaming(trial.model, trial.val, 10)
    assert before < 0.3
    assert after > 0.9
    assert len(renaming) >= 6
    assert abs(before - evaluate(trial)["acc"]) < 1e-6


def _refusal(call: Callable[[], object]) -> str:
    try:
        call()
    except ValueError as error:
        return str(error)
    return ""
