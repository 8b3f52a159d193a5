"""What each loss costs a network that knows nothing, one that is always right, and one that is fed wrongly."""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, World, healthy_trial, load_task
from lossclinic_kb.lab.figures import accuracy

Loss = Callable[[Tensor, Tensor], Tensor]


def chance(targets: Tensor, classes: int) -> float:
    """Return the loss of the best constant answer: nats for `classes` > 0, else squared error."""
    # snippet: chance | pytorch | What does guessing cost on your targets? | 在你的数据上，瞎猜的 loss 是多少
    if classes > 0:  # class numbers of any shape, for cross_entropy
        counts = torch.bincount(targets.flatten(), minlength=classes)
        shares = counts[counts > 0] / counts.sum()
        guess = -(shares * shares.log()).sum()  # ln(classes) where all are equally common
    else:  # numbers, for mse_loss
        guess = targets.float().var(correction=0)
    # end snippet
    return guess.item()


def floors(classes: int, smoothing: float) -> tuple[float, float]:
    """Return the loss of perfect answers behind a needless softmax, and with smoothed labels."""
    # snippet: floors | pytorch | Two floors that no network gets below | 两个再怎么训都降不破的下限
    double_softmax = -math.log(math.e / (math.e + classes - 1))

    other = smoothing / classes  # label_smoothing=smoothing
    right = 1 - smoothing + other
    smoothed = -right * math.log(right)
    if other > 0:
        smoothed -= (classes - 1) * other * math.log(other)
    # end snippet
    return double_softmax, smoothed


def pulls(margins: Tensor) -> dict[str, Tensor]:
    """Return how strongly each loss pulls at the score of a positive sample, for `margins` of any shape."""
    # snippet: pulls | pytorch | How hard does each loss pull at a wrong answer? | 答错的时候，各种损失的拉力有多大
    losses: dict[str, Loss] = {
        "cross-entropy": nn.functional.binary_cross_entropy_with_logits,
        "sigmoid, then squared error": lambda z, y: nn.functional.mse_loss(z.sigmoid(), y),
        "sigmoid twice": lambda z, y: nn.functional.binary_cross_entropy_with_logits(z.sigmoid(), y),
    }
    strength = {}
    for name, loss_fn in losses.items():
        z = margins.clone().requires_grad_()  # right above 0, wrong below
        (gradient,) = torch.autograd.grad(loss_fn(z, torch.ones_like(z)) * z.numel(), z)
        strength[name] = gradient.abs()
    # end snippet
    return strength


def fed(
    x: Tensor, tokens: Tensor, maps: Tensor, classes: Tensor, ids: Tensor, masks: Tensor
) -> tuple[Tensor, ...]:
    """Return six losses, each fed what it expects; K is the last axis of `x` and `tokens`, the second of `maps`."""
    numbers, tags = x[:, 0].detach(), x.detach() > 0
    # snippet: fed | pytorch | Each loss with the shapes and types it expects | 每种损失该喂什么形状、什么类型
    one_of_k = nn.functional.cross_entropy(x, classes)  # (N, K) scores; (N,) int64 from 0 to K - 1
    per_token = nn.functional.cross_entropy(tokens.flatten(0, 1), ids.flatten())  # (N, T, K); (N, T)
    per_pixel = nn.functional.cross_entropy(maps, masks)  # (N, K, H, W); (N, H, W) int64
    one = x[:, :1].squeeze(1)  # from (N, 1): otherwise it broadcasts against (N,)
    yes_or_no = nn.functional.binary_cross_entropy_with_logits(one, tags[:, 0].float())  # (N,) both
    several = nn.functional.binary_cross_entropy_with_logits(x, tags.float())  # (N, K) both, float 0 or 1
    number = nn.functional.mse_loss(one, numbers)  # (N,) both, float
    # end snippet
    return one_of_k, per_token, per_pixel, yes_or_no, several, number


def below_zero(logits: Tensor, classes: Tensor) -> tuple[float, float, float, float]:
    """Return a loss that cannot be negative and three that are, the last of them rightly."""
    # snippet: below_zero | pytorch | Three ways below zero, one of them right | loss 变负的三种情形，其中一种完全正常
    log_p = logits.log_softmax(dim=1)
    right = nn.functional.nll_loss(log_p, classes)  # never below 0
    probabilities = nn.functional.nll_loss(log_p.exp(), classes)  # wrong input: between -1 and 0

    score, target = torch.tensor([5.0]), torch.tensor([3.0])  # a target outside 0 to 1
    unscaled = nn.functional.binary_cross_entropy_with_logits(score, target)  # sinks without end

    mean, value, var = torch.zeros(1), torch.zeros(1), torch.tensor([0.01])
    density = nn.functional.gaussian_nll_loss(mean, value, var)  # right: a density may exceed 1
    # end snippet
    return right.item(), probabilities.item(), unscaled.item(), density.item()


def trained(model: nn.Module, task: Task, loss_fn: Loss) -> float:
    """Train a copy of `model` for 150 steps on the whole training set; return its validation accuracy."""
    model = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(150):
        optimizer.zero_grad()
        loss_fn(model(task.x), task.y).backward()
        optimizer.step()
    with torch.no_grad():
        return accuracy(model(task.x_val), task.y_val)


def squared_behind_softmax(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the squared error between probabilities and one-hot targets, summed over the classes."""
    return squared_on_scores(logits.softmax(dim=1), targets)


def squared_on_scores(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the squared error between raw scores and one-hot targets, summed over the classes."""
    wanted = nn.functional.one_hot(targets, logits.shape[1]).float()
    return (logits - wanted).square().sum(dim=1).mean()


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    _guessing_costs()
    _floors_hold()
    _pulls()
    _inputs_and_signs()
    _reductions()
    _squared_error_trains_or_not()
    _broadcasting_learns_the_mean()


def _guessing_costs() -> None:
    digits, diabetes = load_task("digits"), load_task("diabetes")
    assert math.isclose(chance(digits.y, 10), math.log(10), abs_tol=0.01)
    assert math.isclose(chance(torch.tensor([0] * 95 + [1] * 5), 2), 0.1985, abs_tol=1e-4)
    constant = diabetes.y.mean().expand_as(diabetes.y)
    assert math.isclose(
        chance(diabetes.y, 0), nn.functional.mse_loss(constant, diabetes.y).item(), rel_tol=1e-5
    )
    zeros = torch.zeros(8, 10)
    uniform = nn.functional.cross_entropy(zeros, torch.arange(8))
    assert math.isclose(uniform.item(), math.log(10), rel_tol=1e-6)
    assert math.isclose(
        nn.functional.binary_cross_entropy_with_logits(zeros, torch.ones(8, 10)).item(), 0.6931, abs_tol=1e-4
    )
    same = torch.ones(4, 3)
    assert math.isclose(nn.functional.triplet_margin_loss(same, same, same).item(), 1.0, abs_tol=1e-4)


def _floors_hold() -> None:
    for classes, double in ((2, 0.313), (10, 1.461), (1000, 5.909)):
        floor, smoothed = floors(classes, 0.1)
        assert math.isclose(floor, double, abs_tol=1e-3)
        perfect = 50.0 * torch.eye(classes)
        targets = torch.arange(classes)
        lost = nn.functional.cross_entropy(perfect.softmax(dim=1), targets)
        assert math.isclose(lost.item(), floor, rel_tol=1e-4)
        ideal = torch.full((classes, classes), 0.1 / classes).fill_diagonal_(0.9 + 0.1 / classes).log()
        best = nn.functional.cross_entropy(ideal, targets, label_smoothing=0.1)
        assert math.isclose(best.item(), smoothed, rel_tol=1e-4)
        again = nn.functional.cross_entropy(perfect.log_softmax(dim=1), targets)
        assert torch.isclose(again, nn.functional.cross_entropy(perfect, targets), atol=1e-6)
    assert math.isclose(floors(10, 0.1)[1], 0.500, abs_tol=1e-3)
    assert floors(10, 0.0)[1] == 0
    rows = torch.tensor([[0.0, 1.0]])  # the negatives and positives of a sigmoid before BCEWithLogitsLoss
    both = nn.functional.binary_cross_entropy_with_logits(rows, rows, reduction="none")
    assert torch.allclose(both, torch.tensor([[0.6931, 0.3133]]), atol=1e-4)


def _pulls() -> None:
    at = pulls(torch.tensor([-10.0, 0.0]))
    assert at["cross-entropy"][0] > 0.9999
    assert at["sigmoid, then squared error"][0] < 1e-4
    assert at["sigmoid twice"][0] < 1e-4
    assert torch.allclose(at["cross-entropy"][1], torch.tensor(0.5))


def _inputs_and_signs() -> None:
    torch.manual_seed(0)
    logits, classes = torch.randn(6, 10), torch.randint(10, (6,))
    maps, masks = torch.randn(2, 10, 4, 4), torch.randint(10, (2, 4, 4))
    tokens, ids = torch.randn(2, 5, 10), torch.randint(10, (2, 5))
    assert all(loss.dim() == 0 and loss >= 0 for loss in fed(logits, tokens, maps, classes, ids, masks))
    right, probabilities, unscaled, density = below_zero(logits, classes)
    assert right > 0
    assert -1 <= probabilities < 0
    assert unscaled < -9
    assert math.isclose(density, 0.5 * math.log(0.01), rel_tol=1e-5)
    for refused in (
        lambda: nn.functional.cross_entropy(logits, classes.float()),
        lambda: nn.functional.binary_cross_entropy(logits, torch.ones(6, 10)),
        lambda: nn.functional.binary_cross_entropy_with_logits(logits[:, 0], (classes > 4).long()),
    ):
        assert _raises(refused)


def _raises(call: Callable[[], Tensor]) -> bool:
    try:
        call()
    except RuntimeError:
        return True
    return False


def _reductions() -> None:
    torch.manual_seed(0)
    logits, classes = torch.randn(6, 10), torch.randint(10, (6,))
    weight = torch.linspace(0.5, 2, 10)
    each = nn.functional.cross_entropy(logits, classes, weight=weight, reduction="none")
    mean = nn.functional.cross_entropy(logits, classes, weight=weight)
    assert torch.isclose(mean, each.sum() / weight[classes].sum())
    wanted = nn.functional.one_hot(classes, 10).float()
    assert torch.isclose(nn.functional.mse_loss(logits, wanted) * 10, squared_on_scores(logits, classes))
    assert torch.isclose(
        nn.functional.cross_entropy(logits, wanted), nn.functional.cross_entropy(logits, classes)
    )
    p, q = logits.softmax(dim=1), torch.randn(6, 10).log_softmax(dim=1)
    by_sample = nn.functional.kl_div(q, p, reduction="batchmean")
    assert torch.isclose(by_sample, (p * (p.log() - q)).sum(dim=1).mean())
    ignored = torch.full((6,), -100)
    assert nn.functional.cross_entropy(logits, ignored).isnan()


def _squared_error_trains_or_not() -> None:
    task, model = load_task("digits"), healthy_trial(World()).model
    assert isinstance(model, nn.Sequential)
    cross, squared = nn.functional.cross_entropy, squared_behind_softmax
    assert min(trained(model, task, loss) for loss in (cross, squared, squared_on_scores)) > 0.95
    last = model[-1]
    assert isinstance(last, nn.Linear)
    with torch.no_grad():
        last.bias[0] += 10  # every answer is class 0, and sure of it
    assert trained(model, task, cross) > 0.94
    assert trained(model, task, squared) < 0.15


def _broadcasting_learns_the_mean() -> None:
    task = load_task("diabetes")
    losses, spreads = [], []
    for squeezed in (False, True):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(task.features, 32), nn.ReLU(), nn.Linear(32, 1))
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        for _ in range(200):
            optimizer.zero_grad()
            outputs = model(task.x)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # PyTorch warns of exactly this
                loss = nn.functional.mse_loss(outputs.squeeze(1) if squeezed else outputs, task.y)
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
        spreads.append(outputs.std().item())
    assert math.isclose(losses[0], chance(task.y, 0), rel_tol=0.01)
    assert spreads[0] < 0.05
    assert losses[1] < 0.5 * losses[0]
