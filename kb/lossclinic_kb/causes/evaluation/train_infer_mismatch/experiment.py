"""The validation data take another way into the network than the training data; the cure sends them the same way."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from tempfile import TemporaryDirectory

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, evaluate, fit, healthy_trial
from lossclinic_kb.lab.samples import change_samples, samples_of

WORKLOADS = (
    "cnn_digits",
    "tabular",
    "regression_friedman",
    "regression_drawn",
    "char_rnn",
    "segmentation",
    "char_transformer",
)


def broken(world: World) -> Trial:
    """Only the inputs of the validation loader change; what is done to them belongs to the kind of data."""
    trial = healthy_trial(world)
    change_samples(trial.val, lambda inputs, targets: (_processed_otherwise(inputs, world), targets))
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _processed_otherwise(inputs: Tensor, world: World) -> Tensor:
    """Return what another script would feed: other codes, inverted or unscaled images, unstandardised columns."""
    draw = torch.Generator().manual_seed(world.seed)
    if not inputs.is_floating_point():
        return _other_vocabulary(inputs, draw)
    if inputs.dim() == 4:
        # Dark on light instead of light on dark; or 0 to 255 where training had 0 to 1.
        return inputs * world.between(20.0, 255.0) if world.seed % 2 else inputs.amax() - inputs
    # The scaler of training was not saved: every column keeps a centre and a unit of its own.
    centre = torch.randn(inputs.shape[1], generator=draw) * world.between(2.0, 6.0)
    return inputs * torch.rand(inputs.shape[1], generator=draw).mul(2.0).exp() + centre


def _other_vocabulary(tokens: Tensor, draw: torch.Generator) -> Tensor:
    """Return the tokens as a vocabulary numbers them that was built anew: the rarer half in another order."""
    highest = int(tokens.max())
    common = highest // 2
    order = common + torch.randperm(highest + 1 - common, generator=draw)
    return torch.cat([torch.arange(common), order])[tokens]


Transform = Callable[[Tensor], Tensor]


def both_ways(
    model: nn.Module, raw_samples: Sequence[Tensor], train_transform: Transform, serve_transform: Transform
) -> tuple[float, float, Tensor]:
    """Return the largest difference of the inputs and of the outputs, and mean and spread of both inputs."""
    # snippet: confirm | pytorch | The same raw samples through both pipelines | 同一批原始样本走两条预处理
    trained_on = torch.stack([train_transform(raw) for raw in raw_samples])  # its random parts switched off
    served = torch.stack([serve_transform(raw) for raw in raw_samples])  # what validates, tests or serves
    input_gap = (trained_on.float() - served.float()).abs().max().item()  # 0; 1e-2 where resizing differs
    spread = torch.tensor([[x.float().mean(), x.float().std()] for x in (trained_on, served)])
    model.eval()
    with torch.no_grad():
        output_gap = (model(trained_on) - model(served)).abs().max().item()
    model.train()
    # input_gap is 0 and output_gap is not: look for the mode, the weights and the precision instead.
    # end snippet
    return input_gap, output_gap, spread


def one_file_holds_both(model: nn.Module, train_inputs: Tensor, path: str) -> nn.Module:
    """Save the weights and the numbers of the preprocessing together; return what another script loads."""

    # snippet: fix | pytorch | The preprocessing is part of the model and of its checkpoint | 把预处理放进模型，和权重一起保存
    class WithPreprocessing(nn.Module):
        """Takes raw inputs; the numbers travel with the weights."""

        mean: Tensor
        std: Tensor

        def __init__(self, network: nn.Module, mean: Tensor, std: Tensor) -> None:
            super().__init__()
            self.network = network
            self.register_buffer("mean", mean)
            self.register_buffer("std", std.clamp_min(1e-6))

        def forward(self, raw: Tensor) -> Tensor:
            outputs: Tensor = self.network((raw - self.mean) / self.std)
            return outputs

    mean, std = (
        train_inputs.mean(dim=0),
        train_inputs.std(dim=0),
    )  # of the training set, never of the test set
    torch.save(WithPreprocessing(model, mean, std).state_dict(), path)
    # In the other script: build it with any numbers, load_state_dict, eval(), feed raw inputs.
    # end snippet
    served = WithPreprocessing(model, torch.zeros_like(mean), torch.ones_like(std))
    served.load_state_dict(torch.load(path, weights_only=True))
    return served.eval()


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = healthy_trial(World(epochs=4))
    fit(trial)
    raw = list(samples_of(trial.val)[0][:64])
    same = both_ways(trial.model, raw, lambda x: x, lambda x: x)
    assert same[:2] == (0.0, 0.0)
    input_gap, output_gap, spread = both_ways(trial.model, raw, lambda x: x, lambda x: 3 * x + 1)
    assert input_gap > 1.0
    assert output_gap > 1.0
    assert float(spread[1, 1]) > 2 * float(spread[0, 1])

    inputs = torch.cat([batch for batch, _ in trial.train])
    with TemporaryDirectory() as folder:
        served = one_file_holds_both(trial.model, inputs, f"{folder}/model.pt")
    raw_batch = torch.stack(raw)
    expected = trial.model((raw_batch - inputs.mean(0)) / inputs.std(0).clamp_min(1e-6))
    assert torch.allclose(served(raw_batch), expected, atol=1e-5)
    mismatched = broken(World(epochs=4))
    fit(mismatched)
    assert evaluate(mismatched)["acc"] < evaluate(trial)["acc"] - 0.1
    assert evaluate(mismatched)["loss"] > math.log(10)  # misled, not ignorant
