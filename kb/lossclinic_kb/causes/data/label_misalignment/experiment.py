"""Every sample carries the label of the row before it, and the same data paired rightly."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from lossclinic_kb.lab import Trial, World, fit, healthy_trial, load_task
from lossclinic_kb.lab.samples import change_samples

WORKLOADS = (
    "tabular",
    "cnn_digits",
    "sequence_classification",
    "fine_tuning",
    "regression_friedman",
    "regression_drawn",
    "segmentation",
)


def broken(world: World) -> Trial:
    world = world.waited_for()
    if world.workload != "tabular":
        trial = healthy_trial(world)
        for loader in (trial.train, trial.val):
            change_samples(loader, lambda inputs, targets: (inputs, targets.roll(1, dims=0)))
        return trial
    task = load_task(world.task, world.seed)
    shifted = task.with_train(y=task.y.roll(1)).with_val(y=task.y_val.roll(1))  # one reader serves both
    return healthy_trial(world, task=shifted)


def cured(world: World) -> Trial:
    return healthy_trial(world)


def neighbour_agreement(inputs: Tensor, targets: Tensor) -> dict[int, float]:
    """Return, by shift of the labels, how often a sample and its nearest neighbour share one."""
    # snippet: confirm | pytorch | Do similar samples share their label, and at which shift? | 相似的样本标签一致吗？错开几行才一致？
    samples, labels = inputs[:2000].flatten(1).float(), targets[:2000]  # in file order, not shuffled
    distances = torch.cdist(samples, samples)
    distances.fill_diagonal_(float("inf"))
    nearest = distances.argmin(dim=1)

    agreement = {}
    for shift in range(-3, 4):
        moved = labels.roll(shift)
        agreement[shift] = (moved == moved[nearest]).float().mean().item()
    # Highest at 0: paired rightly. Highest elsewhere: off by that many rows.
    # At chance everywhere: the order is lost, or these distances say nothing about the labels.
    # end snippet
    return agreement


def paired_by_name(image_folder: Path, label_folder: Path) -> list[tuple[Path, Path]]:
    """Return every image with the label file of the same name.

    Raises:
        ValueError: Images without a label.
    """
    # snippet: fix | pytorch | Pair by name, never by position | 按文件名配对，不要按位置
    labels = {path.stem: path for path in label_folder.glob("*.txt")}
    images = sorted(image_folder.glob("*.png"))
    orphans = [path.name for path in images if path.stem not in labels]
    if orphans:
        raise ValueError(f"{len(orphans)} images have no label, the first is {orphans[0]}")
    pairs = [(path, labels[path.stem]) for path in images]
    # end snippet
    return pairs  # noqa: RET504 - the snippet needs the name


def shuffled_together(inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return both tensors in one common random order."""
    # snippet: fix_shuffle | pytorch | One permutation for both | 样本和标签共用同一个随机排列
    if len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} samples, but {len(targets)} labels")
    order = torch.randperm(len(inputs))
    inputs, targets = inputs[order], targets[order]
    # end snippet
    return inputs, targets


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    task = load_task("digits")
    right = neighbour_agreement(task.x, task.y)
    assert max(right, key=right.__getitem__) == 0
    assert right[0] > 0.9
    assert right[1] < 0.2
    wrong = neighbour_agreement(task.x, task.y.roll(2))
    assert max(wrong, key=wrong.__getitem__) == -2
    lost = neighbour_agreement(*[tensor[torch.randperm(len(tensor))] for tensor in (task.x, task.y)])
    assert max(lost.values()) < 0.2

    accuracies = {one.name: one.values for one in fit(broken(World())).series}
    assert accuracies["val_acc"].max() < 0.2
    assert accuracies["train_acc"][-1] > accuracies["val_acc"][-1] + 0.1  # learning by heart has begun

    assert neighbour_agreement(*shuffled_together(task.x, task.y))[0] > 0.9
    _exercise_refusals(task.x, task.y)


def _exercise_refusals(inputs: Tensor, targets: Tensor) -> None:
    assert "1347 samples, but 1346 labels" in _refusal(lambda: shuffled_together(inputs, targets[1:]))
    with tempfile.TemporaryDirectory() as name:
        images, labels = Path(name, "images"), Path(name, "labels")
        images.mkdir()
        labels.mkdir()
        for index in range(12):
            (images / f"{index}.png").write_bytes(inputs[index].numpy().tobytes())
            (labels / f"{index}.txt").write_text(str(targets[index].item()), encoding="utf-8")
        for image, label in paired_by_name(images, labels):
            assert int(label.read_text(encoding="utf-8")) == targets[int(image.stem)]
        (labels / "7.txt").unlink()
        assert "7.png" in _refusal(lambda: paired_by_name(images, labels))


def _refusal(call: Callable[[], object]) -> str:
    try:
        call()
    except ValueError as error:
        return str(error)
    return ""
