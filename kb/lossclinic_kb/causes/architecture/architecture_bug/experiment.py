"""A part of the model that is missing, bypassed, or works along the wrong axis; and the model as it was meant."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial

WORKLOADS = ("tabular", "regression_friedman", "regression_drawn", "sequence_classification", "char_rnn")


def broken(world: World) -> Trial:
    """Break what the kind of model needs most."""
    trial = healthy_trial(world)
    model: Any = trial.model
    if world.workload == "char_rnn":  # the recurrent layer is built, and its output forgotten
        model.cell = Bypassed(model.cell)
    elif world.workload == "sequence_classification":  # reads the first word where all were meant
        model.embedding.register_forward_hook(lambda _, __, words: words[:, :1].expand_as(words))
    elif world.workload.startswith("regression"):  # linear layers with nothing in between
        _without_activations(model)
    else:
        model[-1].register_forward_pre_hook(_constant if world.seed % 2 == 0 else _averaged)
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


class Bypassed(nn.Module):
    """A layer whose output `forward` does not use: what went in comes out."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor, _: object) -> tuple[Tensor, Tensor]:
        """Return `x`, shape (batch, time, width), and its last step in place of a state."""
        return x, x[:, -1:].transpose(0, 1)


def _averaged(_: nn.Module, arguments: tuple[Tensor]) -> tuple[Tensor]:
    """Average over the samples of a batch, where an average over the places of each was meant."""
    return (arguments[0].mean(0, keepdim=True).expand_as(arguments[0]),)


def _constant(_: nn.Module, arguments: tuple[Tensor]) -> tuple[Tensor]:
    """Normalise over an axis of length one: a number less itself is 0, whatever came in."""
    features = arguments[0].unsqueeze(-1)
    return (nn.functional.layer_norm(features, features.shape[-1:]).squeeze(-1),)


def _without_activations(model: nn.Module) -> None:
    for name, child in model.named_children():
        if isinstance(child, nn.ReLU):
            setattr(model, name, nn.Identity())


def what_it_reads(model: nn.Module, inputs: Tensor) -> tuple[bool, bool, Tensor]:
    """Return whether the answers are constant, whether linear, and which inputs change them; inputs are numbers."""
    # snippet: confirm | pytorch | Constant, linear, or blind to some inputs? | 输出是常数吗？是线性的吗？有没看到的输入吗？
    model.eval()
    x = inputs.detach().clone().requires_grad_()  # numbers; for token ids start from their embeddings
    outputs = model(x)
    constant = bool(outputs.std(dim=0).max() < 1e-6)  # the same answer to every sample
    a, b = x[: len(x) // 2].detach(), x[len(x) // 2 : 2 * (len(x) // 2)].detach()
    linear = torch.allclose(model((a + b) / 2), (model(a) + model(b)) / 2, rtol=1e-3, atol=1e-4)
    slopes = torch.autograd.grad(outputs.square().sum(), x)[0]
    read = slopes.abs().sum(dim=0) > 0  # False: no sample's answer depends on this place
    # end snippet
    model.train()
    return constant, linear, read


def never_called(model: nn.Module, inputs: Tensor) -> list[str]:
    """Return the layers with weights that a forward pass leaves out."""
    # snippet: confirm_unused | pytorch | Layers that forward() leaves out | forward() 没有用到的层
    called: set[nn.Module] = set()
    handles = [part.register_forward_hook(lambda part, *_: called.add(part)) for part in model.modules()]
    with torch.no_grad():
        model(inputs)
    for handle in handles:
        handle.remove()
    unused = [
        name
        for name, part in model.named_modules()
        if list(part.parameters(recurse=False)) and part not in called
    ]
    # end snippet
    return unused  # noqa: RET504 - the snippet names it


class Encoder(nn.Module):
    """Sequences to scores, with a shape beside every line."""

    def __init__(self, vocabulary: int, width: int, classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width, padding_idx=0)
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.norm = nn.LayerNorm(width)
        self.hidden, self.head = nn.Linear(width, width), nn.Linear(width, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return scores, shape (batch, classes), for `tokens`, shape (batch, time), padded with 0."""
        # snippet: fix | pytorch | Write the shape beside every line | 每一行都写上形状
        words = self.embedding(tokens)  # (batch, time, width)
        states, _ = self.rnn(words)  # the same; with batch_first=True, else time comes first
        states = words + self.norm(states)  # residual: old plus new; norm over width, never an axis of one
        seen = (tokens != 0).unsqueeze(-1)
        pooled = (states * seen).sum(dim=1) / seen.sum(dim=1)  # (batch, width): over time alone
        features = torch.relu(self.hidden(pooled))  # an activation between two linear layers
        scores: Tensor = self.head(features)  # (batch, classes), and none after the last
        # end snippet
        return scores


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    inputs, _ = next(iter(healthy_trial(World()).train))
    constant, linear, read = what_it_reads(healthy_trial(World()).model, inputs)
    assert not constant
    assert not linear
    assert read.float().mean() > 0.8  # some pixels are empty in this batch
    assert what_it_reads(broken(World()).model, inputs)[0]

    regression = World.plain("regression_friedman")
    numbers, _ = next(iter(healthy_trial(regression).train))
    assert what_it_reads(broken(regression).model, numbers)[1]
    assert not what_it_reads(cured(regression).model, numbers)[1]

    text = World.plain("char_rnn")
    letters, _ = next(iter(healthy_trial(text).train))
    assert never_called(broken(text).model, letters) == ["cell.layer"]
    assert never_called(cured(text).model, letters) == []

    encoder = Encoder(20, 8, 3)
    tokens = torch.randint(1, 20, (4, 6))
    tokens[0, 3:] = 0
    alone = encoder(tokens[:1, :3])
    assert encoder(tokens).shape == (4, 3)
    assert torch.allclose(encoder(tokens)[0], alone[0], atol=1e-5)  # neither padding nor neighbours matter
    assert never_called(encoder, tokens) == []
