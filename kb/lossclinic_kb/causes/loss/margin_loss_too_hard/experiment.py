"""ArcFace with its published margin and scale from the first step on, and with a margin and scale to start with."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, accuracy, fit, healthy_trial
from lossclinic_kb.lab.schedules import schedule_for

WORKLOADS = ("tabular", "metric_learning")

DIMENSIONS = 8
RATE = 0.1  # of plain SGD with momentum, as in the paper
EMBEDDED = 10  # classes of the workload `metric_learning`


class Cosines(nn.Module):
    """The cosines between embeddings and one learned direction per class."""

    def __init__(self, dimensions: int, classes: int) -> None:
        super().__init__()
        self.directions = nn.Parameter(torch.randn(classes, dimensions))

    def forward(self, embeddings: Tensor) -> Tensor:
        """Return cosines, shape (batch, classes), for `embeddings`, shape (batch, dimensions)."""
        return nn.functional.normalize(embeddings) @ nn.functional.normalize(self.directions).T


def arcface(cosines: Tensor, targets: Tensor, scale: float, margin: float) -> Tensor:
    """Return the logits of ArcFace, shape (batch, classes): the angle to the own class made larger by `margin`.

    Past pi less the margin, where the cosine would rise again, a constant is taken off instead, as usual.
    """
    right = cosines.gather(1, targets[:, None]).clamp(-1 + 1e-6, 1 - 1e-6)
    harder = (right.acos() + margin).cos()
    harder = torch.where(right > math.cos(math.pi - margin), harder, right - margin * math.sin(margin))
    return scale * cosines.scatter(1, targets[:, None], harder)


def broken(world: World) -> Trial:
    """Start with the scale and the margin of the paper, made for tens of thousands of classes; some go further."""
    return _embedding(world, scale=64.0, margin=world.between(0.5, 0.7))


def cured(world: World) -> Trial:
    """Begin with a margin and a scale that ten classes can meet."""
    return _embedding(world, scale=8.0, margin=0.1)


def _embedding(world: World, scale: float, margin: float) -> Trial:
    trial = healthy_trial(world)
    torch.manual_seed(world.seed)
    body = nn.Sequential(*list(trial.model.children())[: -2 if world.workload == "metric_learning" else -1])
    classes = EMBEDDED if world.workload == "metric_learning" else int(str(trial.facts["classes"]))
    trial.model = nn.Sequential(body, nn.Linear(world.width, DIMENSIONS), Cosines(DIMENSIONS, classes))
    trial.optimizer = torch.optim.SGD(trial.model.parameters(), lr=RATE * world.lr_factor, momentum=0.9)
    if trial.schedule is not None:
        trial.schedule = schedule_for(world.schedule, trial.optimizer, world.epochs * len(trial.train))
    trial.loss = lambda outputs, targets: nn.functional.cross_entropy(
        arcface(outputs, targets, scale, margin), targets
    )
    trial.metric = lambda outputs, targets: accuracy(arcface(outputs, targets, scale, margin), targets)
    trial.facts = {"classes": classes, "loss": "arcface", "batch_size": world.batch_size}
    return trial


def collapsed(scale: float, margin: float, classes: int) -> tuple[float, float]:
    """Return the two losses at which a network ends that gives all samples one embedding."""
    # snippet: confirm | pytorch | At which loss does a collapsed network sit? | 特征塌缩时 loss 停在多少？
    # All angles 0: the own class is cos(margin), the others are 1.
    together = scale * (1 - math.cos(margin)) + math.log(classes - 1)  # 10.0 for s 64, m 0.5, 10 classes
    # All angles 180 degrees, where implementations take off margin * sin(margin).
    opposite = scale * margin * math.sin(margin) + math.log(classes - 1)  # 17.5 for the same
    # A training loss that stands still at one of these, with an accuracy near 0: nothing was learned.
    # end snippet
    return together, opposite


def without_margin(cosines: Tensor, targets: Tensor, scale: float, margin: float) -> tuple[float, float]:
    """Return the accuracy with the margin, as training logs report it, and without."""
    # snippet: confirm_accuracy | pytorch | Accuracy with and without the margin | 带 margin 和不带 margin 的准确率
    logits = arcface(cosines, targets, scale, margin)  # what goes into the loss; needs the targets
    with_it = (logits.argmax(dim=1) == targets).float().mean().item()  # near 0 early on, rightly
    plain = (cosines.argmax(dim=1) == targets).float().mean().item()  # what counts
    # plain rises: be patient. plain stays at 1 / K: the margin is too hard.
    # end snippet
    return with_it, plain


def start_values(classes: int, step: int, warmup_steps: int) -> tuple[float, float]:
    """Return scale and margin for a step of a training from scratch."""
    # snippet: fix | pytorch | A scale for the number of classes, a margin that is let in slowly | 按类别数选 scale，margin 慢慢加上去
    scale = max(
        8.0, math.sqrt(2) * math.log(max(classes - 1, 2))
    )  # 8 for ten classes, 16 for 85 000 (AdaCos)
    target_margin = 0.1 if classes < 100 else 0.3  # 0.5 is for thousands of classes and large data
    plain_steps = warmup_steps // 2  # first without margin: an ordinary softmax on cosines
    margin = target_margin * min(1.0, max(0.0, (step - plain_steps) / (warmup_steps - plain_steps)))
    # end snippet
    return scale, margin


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    together, opposite = collapsed(64.0, 0.5, 10)
    assert (round(together, 1), round(opposite, 1)) == (10.0, 17.5)
    targets = torch.arange(10)
    for cosine, expected in ((1.0, together), (-1.0, opposite)):
        logits = arcface(torch.full((10, 10), cosine), targets, 64.0, 0.5)
        assert abs(nn.functional.cross_entropy(logits, targets).item() - expected) < 0.1

    cosines = torch.full((10, 10), 0.5).scatter(1, targets[:, None], 0.6)
    assert without_margin(cosines, targets, 64.0, 0.5) == (0.0, 1.0)
    assert start_values(10, 0, 1000) == (8.0, 0.0)
    assert start_values(10, 500, 1000)[1] == 0.0
    assert start_values(10, 5000, 1000)[1] == 0.1
    assert 15 < start_values(85_742, 0, 1000)[0] < 17

    world = World(epochs=3)
    best = {}
    for kind, trial in (("hard", broken(world)), ("soft", cured(world))):
        fit(trial)
        with torch.no_grad():
            inputs, labels = next(iter(trial.val))
            best[kind] = accuracy(trial.model(inputs), labels)
    assert best["soft"] > 0.5 > best["hard"]
