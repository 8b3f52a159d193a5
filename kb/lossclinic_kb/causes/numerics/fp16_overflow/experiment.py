"""Features that leave the range of float16 on their way to the last layer; and the same in float32."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, fit, healthy_trial

WORKLOADS = (
    "cnn_digits",
    "tabular",
    "regression_friedman",
    "regression_drawn",
    "segmentation",
    "sequence_classification",
)

LARGEST = torch.finfo(torch.float16).max  # 65504


def broken(world: World) -> Trial:
    """Even seeds have a loss scaler, which leaves out the steps that break; odd ones run without."""
    return _wide_in_the_middle(world, torch.float16)


def cured(world: World) -> Trial:
    return _wide_in_the_middle(world, torch.float32)


def _wide_in_the_middle(world: World, dtype: torch.dtype) -> Trial:
    """Return a training whose features are many times as large up to the last layer, which scales them back.

    As scores are that are divided by the root of the width after the product, and sums that become means.
    """
    trial = healthy_trial(replace(world, precision="fp32" if world.seed % 2 else "fp16"))
    trial.precision = "fp32" if world.seed % 2 else "fp16"
    room = world.between(
        1.4, 1.02
    )  # how far the features may grow beyond the largest of the untrained network
    gain = LARGEST / (room * _largest_feature(trial))

    def through(_: nn.Module, arguments: tuple[Tensor]) -> tuple[Tensor]:
        wide = gain * arguments[0]
        # Rounded on the way forward only: what small gradients lose in float16 is another fault.
        return ((wide + (wide.to(dtype).float() - wide).detach()) / gain,)

    _last_layer(trial.model).register_forward_pre_hook(through)
    return trial


def _last_layer(model: nn.Module) -> nn.Module:
    return [module for module in model.modules() if isinstance(module, (nn.Linear, nn.Conv2d))][-1]


def _largest_feature(trial: Trial) -> float:
    """Return the largest input of the last layer over the training data, before any training."""
    seen: list[float] = []
    handle = _last_layer(trial.model).register_forward_pre_hook(
        lambda _, arguments: seen.append(float(arguments[0].abs().max()))
    )
    assert trial.train.generator is not None
    order = trial.train.generator.get_state()  # looking must not change which batches follow
    with torch.no_grad():
        for inputs, _ in trial.train:
            trial.model(inputs)
    trial.train.generator.set_state(order)
    handle.remove()
    return max(seen)


def largest_outputs(model: nn.Module, inputs: Tensor) -> dict[str, float]:
    """Return the largest output of each layer, for those above a tenth of what float16 holds."""
    # snippet: confirm | pytorch | The largest output of every layer, in float32 | 用 float32 看每一层输出的最大值
    largest: dict[str, float] = {}

    def note(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(_: nn.Module, __: Any, output: Any) -> None:
            if isinstance(output, Tensor):
                largest[name] = output.detach().float().abs().max().item()

        return hook

    handles = [module.register_forward_hook(note(name)) for name, module in model.named_modules()]
    with torch.no_grad():
        model(inputs)  # without autocast, on the batch that broke
    for handle in handles:
        handle.remove()
    near_the_limit = {name: value for name, value in largest.items() if not value < 6_550}  # float16: 65504
    # end snippet
    return near_the_limit  # noqa: RET504 - the snippet names it


def in_bfloat16(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    device: str,
) -> Tensor:
    """Return the loss, computed in bfloat16 up to the outputs."""
    # snippet: fix | pytorch | bfloat16: the range of float32, no scaler | bfloat16：范围和 float32 一样，不用 scaler
    with torch.autocast(device, dtype=torch.bfloat16):
        outputs = model(inputs)
    loss = loss_fn(outputs.float(), targets)  # the loss in float32 in any case
    loss.backward()
    # end snippet
    return loss


def attention(q: Tensor, k: Tensor, v: Tensor, padding: Tensor) -> Tensor:
    """Return attention over `v`; shapes (batch, heads, time, width), `padding` is true where nothing is to be seen."""
    # snippet: fix_part | pytorch | Only float16 at hand: keep the product small | 只能用 float16 时，先缩小再相乘
    scores = (q * q.shape[-1] ** -0.5) @ k.mT  # divided before the product, not after it
    scores = scores.masked_fill(padding, torch.finfo(scores.dtype).min)  # not -1e9, which float16 cannot hold
    weights = torch.softmax(scores.float(), dim=-1).to(v.dtype)
    # Means, norms and sums of squares: x.float().pow(2).mean(-1). A square overflows from 256 on.
    # end snippet
    return weights @ v


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    inputs, targets = next(iter(healthy_trial(World()).train))
    model = healthy_trial(World()).model
    assert largest_outputs(model, inputs) == {}
    with torch.no_grad():
        model[0].weight *= 30_000.0  # type: ignore[index]
    assert {"0", "1"} <= set(largest_outputs(model, inputs))
    assert not model.half()(inputs.half()).isfinite().all()  # and the same weights in bfloat16 are fine:
    assert model.bfloat16()(inputs.bfloat16()).isfinite().all()
    assert float(torch.tensor(256.0).half().square()) == float("inf")
    assert float(torch.tensor(255.0).half().square()) < LARGEST

    trial = healthy_trial(World())
    assert in_bfloat16(trial.model, inputs, targets, trial.loss, "cpu").isfinite()
    q = torch.full((1, 1, 4, 64), 40.0, dtype=torch.float16)
    padding = torch.tensor([False, False, True, True])
    assert not (q @ q.mT).isfinite().all()  # 40 * 40 * 64 = 102400
    assert attention(q, q, q, padding).isfinite().all()

    scaled = fit(broken(World(seed=2, epochs=2))).pick("loss_scale")
    assert scaled is not None
    assert scaled.values[-1] < scaled.values[0] / 8
