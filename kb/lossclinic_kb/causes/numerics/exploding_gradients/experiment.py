"""One matrix applied again and again, whose powers explode; and a gated step with a clipped gradient."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Task, Trial, World, healthy_trial, load_task


def broken(world: World) -> Trial:
    return _trial(world, Repeated)


def cured(world: World) -> Trial:
    trial = _trial(world, Gated)
    trial.clip_norm = 1.0
    return trial


class Repeated(nn.Module):
    """Reads the sample once, then applies the same layer `steps` times: a plain recurrent network."""

    def __init__(self, task: Task, width: int, steps: int) -> None:
        super().__init__()
        self.steps = steps
        self.read = nn.Linear(task.features, width)
        self.again = nn.Linear(width, width)
        self.head = nn.Linear(width, task.classes)
        # Near the identity, the usual advice for plain recurrence: the first loss is ordinary, the powers are not.
        nn.init.eye_(self.again.weight)
        nn.init.zeros_(self.again.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs for `x`, shape (n, features)."""
        state = torch.relu(self.read(x))
        for _ in range(self.steps):
            state = nn.functional.leaky_relu(self.again(state), 0.3)
        out: Tensor = self.head(state)
        return out


def gradient_by_length(
    model: nn.Module,
    sequences: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    lengths: list[int],
) -> dict[int, float]:
    """Return the gradient norm for the first steps of `sequences`, shape (n, time, features), by length."""
    # snippet: confirm | pytorch | The gradient norm against the length of the sequence | 梯度范数随序列长度怎么变
    norms = {}
    for length in lengths:  # for example [16, 32, 64, 128]
        model.zero_grad()
        loss_fn(model(sequences[:, :length]), targets).backward()
        grads = [p.grad.norm() for p in model.parameters() if p.grad is not None]
        norms[length] = torch.stack(grads).norm().item()
    model.zero_grad()
    # Multiplied at every doubling of the length, again and again: exploding through time.
    # end snippet
    return norms


def clipped(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    batches: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
) -> list[float]:
    """Train on `batches` with a clipped gradient; return the norms before clipping."""
    # snippet: fix | pytorch | Clip the gradient, skip a step that is not finite, log the norm | 裁剪梯度，跳过非有限的一步，记录范数
    norms = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss_fn(model(inputs), targets).backward()
        # With a GradScaler: scaler.unscale_(optimizer) goes here.
        norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        if torch.isfinite(norm):
            optimizer.step()
        norms.append(norm.item())  # the norm before clipping; about its 90th percentile is a good max_norm
    # end snippet
    return norms


def gated_step(width: int, steps: int) -> nn.Module:
    """Return one step of a gated recurrence over `steps` steps."""

    # snippet: fix_gate | pytorch | A gated step instead of bare multiplication | 用门控代替反复相乘
    class GatedStep(nn.Module):  # nn.GRU and nn.LSTM are made of such steps: use them where you can
        def __init__(self, width: int, steps: int) -> None:
            super().__init__()
            self.layer = nn.Linear(width, 2 * width)
            with torch.no_grad():
                self.layer.bias[:width] = -math.log(steps)  # remember for about `steps` steps at the start

        def forward(self, state: Tensor) -> Tensor:
            gate, candidate = self.layer(state).chunk(2, dim=-1)
            return torch.lerp(state, torch.tanh(candidate), torch.sigmoid(gate))

    # end snippet
    return GatedStep(width, steps)


class Gated(nn.Module):
    """The same network with a gated step."""

    def __init__(self, task: Task, width: int, steps: int) -> None:
        super().__init__()
        self.steps = steps
        self.read = nn.Linear(task.features, width)
        self.step = gated_step(width, steps)
        self.head = nn.Linear(width, task.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs for `x`, shape (n, features)."""
        state = torch.relu(self.read(x))
        for _ in range(self.steps):
            state = self.step(state)
        out: Tensor = self.head(state)
        return out


def _trial(world: World, kind: type[Repeated] | type[Gated]) -> Trial:
    task = load_task(world.task, world.seed)
    torch.manual_seed(world.seed)
    # Adam bounds its steps, so the powers need more factors to explode than with SGD.
    steps = 100 if world.optimizer == "adam" else 8 + world.seed % 4
    return healthy_trial(world, task=task, model=kind(task, world.width, steps))


class _Reader(nn.Module):
    """A plain or a gated recurrent network over sequences of shape (n, time, features)."""

    def __init__(self, core: nn.RNN | nn.GRU, classes: int) -> None:
        super().__init__()
        self.core = core
        self.head = nn.Linear(core.hidden_size, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs for `x`, shape (n, features)."""
        states, _ = self.core(x)
        out: Tensor = self.head(states[:, -1])
        return out


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    torch.manual_seed(0)
    task = load_task("digits")
    pixels, targets = task.x[:64, :, None], task.y[:64]  # a digit as a sequence of 64 pixels
    plain = nn.RNN(1, 32, nonlinearity="relu", batch_first=True)
    recurrent = dict(plain.named_parameters())["weight_hh_l0"]
    nn.init.orthogonal_(recurrent, gain=1.7)  # 1.4 keeps the size through a ReLU; this is 20 % above
    lengths = [16, 32, 64]
    loss_fn = nn.functional.cross_entropy
    by_plain = gradient_by_length(_Reader(plain, 10), pixels, targets, loss_fn, lengths)
    by_gated = gradient_by_length(
        _Reader(nn.GRU(1, 32, batch_first=True), 10), pixels, targets, loss_fn, lengths
    )
    assert by_plain[32] > 3 * by_plain[16]
    assert by_plain[64] > 9 * by_plain[32]
    assert by_gated[64] < 3 * by_gated[16]

    model = Gated(task, 32, 20)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    batches = [(task.x[start : start + 32], task.y[start : start + 32]) for start in range(0, 320, 32)]
    start = float(loss_fn(model(task.x), task.y).detach())
    poisoned = (torch.full_like(task.x[:32], torch.inf), task.y[:32])
    norms = clipped(model, optimizer, [*batches, poisoned], loss_fn)
    assert len(norms) == 11
    assert not math.isfinite(norms[-1])
    assert (
        float(loss_fn(model(task.x), task.y).detach()) < start
    )  # the bad step was skipped, the weights are whole
