"""One training step under the magnifying glass: what goes in, what comes back, what moves."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn


def examine_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    step: Callable[[], object],
) -> list[str]:
    """Watch `step` train the model once; return what is odd about it, what explains most first."""
    in_training = model.training
    weights = {name: p for name, p in model.named_parameters() if p.requires_grad}
    before = {name: p.detach().clone() for name, p in weights.items()}
    outputs, in_train, in_eval = _in_both_modes(model, inputs, targets, loss_fn)
    fresh = _gradient_of_this_batch(model, list(weights.values()), inputs, targets, loss_fn)
    used: dict[str, float] = {}  # norms of the gradients as `step` has them for the optimiser

    def keep(name: str) -> Callable[[Tensor], None]:
        return lambda p: used.update({name: float(p.grad.norm()) if p.grad is not None else 0.0})

    hooks = [p.register_post_accumulate_grad_hook(keep(name)) for name, p in weights.items()]
    step()
    for hook in hooks:
        hook.remove()

    def found() -> Iterator[tuple[str, str]]:
        yield from _inputs(inputs, targets)
        yield from _outputs(outputs, targets)
        whole = sum(norm**2 for norm in used.values()) ** 0.5
        if whole != whole or in_train != in_train or max(whole, abs(in_train)) == float("inf"):
            yield "not_finite", f"loss {in_train}, norm of the gradient {whole}"
            return
        frozen = [name for name, p in model.named_parameters() if not p.requires_grad]
        if frozen:
            yield "frozen", f"requires_grad is False: {len(frozen)} tensors, such as {frozen[0]}"
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        left_out = [name for name, p in weights.items() if id(p) not in held]
        if left_out:
            yield "left_out", f"not in the optimiser: {len(left_out)} tensors, such as {left_out[0]}"
        yield from _starving(before, used)
        if len(outputs) > 1 and float((outputs - outputs[:1]).abs().max()) <= 1e-4 * float(
            outputs.abs().max()
        ):
            yield "same_output", f"for every sample: {outputs[0].flatten()[:3].tolist()}"
        without = [name for name in weights if not used.get(name)]
        if without:
            yield "no_gradient", f"none or 0: {len(without)} of {len(weights)} tensors, such as {without[0]}"
        if 3 * fresh < whole < 1000 * fresh:  # beyond that, a loss scaler multiplies it
            yield "gradients_pile_up", f"{whole:.3g}, of this batch alone {fresh:.3g}"
        yield from _movement(weights, before, used, optimizer)
        if not in_training or in_eval - in_train > 0.5 * abs(in_train) + 0.1:
            mode = "train" if in_training else "eval"
            yield "modes_differ", f"trains in {mode} mode; loss {in_train:.3g}, in eval mode {in_eval:.3g}"
        elif in_train - in_eval > 0.5 * abs(in_eval) + 0.1:
            yield "held_back", f"loss {in_train:.3g} in train mode, {in_eval:.3g} in eval mode"

    return [f"{name}: {figures}" for name, figures in found()] or ["nothing_odd: every figure is as usual"]


def _inputs(inputs: Tensor, targets: Tensor) -> Iterator[tuple[str, str]]:
    values, wanted = inputs.float(), targets.float()
    if not (torch.isfinite(values).all() and torch.isfinite(wanted).all()):
        yield "not_finite", "inputs or targets hold NaN or infinity"
        return
    mean, spread = float(values.mean()), float(values.std())
    if inputs.is_floating_point() and (spread > 5 or abs(mean) > 5 or spread < 0.05):
        yield "inputs_far_off", f"mean {mean:.3g}, standard deviation {spread:.3g}"
    if targets.is_floating_point() and float(wanted.abs().mean()) > 10:
        yield "targets_far_off", f"mean size {float(wanted.abs().mean()):.3g}"


def _outputs(outputs: Tensor, targets: Tensor) -> Iterator[tuple[str, str]]:
    low, high = float(outputs.min()), float(outputs.max())
    numbers = targets.is_floating_point()
    if numbers and outputs.shape != targets.shape and outputs.numel() == targets.numel():
        yield "shapes_differ", f"outputs {tuple(outputs.shape)}, targets {tuple(targets.shape)}"
    elif not numbers and outputs.dim() > 1 and low >= 0 and (high <= 1 or low == 0):
        yield "outputs_squashed", f"the loss wants logits; outputs from {low:.3g} to {high:.3g}"
    elif numbers and outputs.shape == targets.shape and _stops_short(outputs, targets):
        yield "outputs_squashed", f"from {low:.3g} to {high:.3g}; targets go on beyond"


def _starving(before: dict[str, Tensor], used: dict[str, float]) -> Iterator[tuple[str, str]]:
    layers = {name: float(weight.norm()) for name, weight in before.items() if weight.dim() > 1}
    pull = [used.get(name, 0.0) / size for name, size in layers.items() if size > 0]
    if len(pull) > 2 and 0 < pull[0] < 1e-3 * max(pull):
        yield "first_layers_starve", f"gradient over weight {pull[0]:.2g}, elsewhere up to {max(pull):.2g}"


def _movement(
    weights: dict[str, nn.Parameter],
    before: dict[str, Tensor],
    used: dict[str, float],
    optimizer: torch.optim.Optimizer,
) -> Iterator[tuple[str, str]]:
    size = {name: float(weight.norm()) for name, weight in before.items()}
    moved = {name: float((weights[name].detach() - weight).norm()) for name, weight in before.items()}
    shares = sorted(moved[name] / size[name] for name, w in before.items() if w.dim() > 1 and size[name] > 0)
    share = shares[len(shares) // 2] if shares else 0.0
    decay = max(group.get("weight_decay", 0.0) for group in optimizer.param_groups)
    drawn = decay * sum(s**2 for s in size.values()) ** 0.5
    if not any(moved.values()):
        yield "nothing_moves", "the step leaves every weight as it was"
    elif share < 2e-4:
        yield "moves_hardly", f"by {share:.1e} of a weight; about 1e-3 is usual"
    elif share > 0.03:
        yield "moves_far", f"by {share:.1e} of a weight; about 1e-3 is usual"
    if drawn > 0.5 * sum(norm**2 for norm in used.values()) ** 0.5:
        yield "decay_rules", f"weight decay {decay:g} pulls {drawn:.3g} towards 0"


def _in_both_modes(
    model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> tuple[Tensor, float, float]:
    """Return the outputs, and the loss in train and in eval mode; the model is left as it was."""
    in_training, kept = model.training, {name: buffer.clone() for name, buffer in model.named_buffers()}
    with torch.no_grad():
        outputs = model.train()(inputs)
        in_train = float(loss_fn(outputs, targets))
        for name, buffer in model.named_buffers():
            buffer.copy_(kept[name])
        in_eval = float(loss_fn(model.eval()(inputs), targets))
    model.train(in_training)
    return outputs, in_train, in_eval


def _gradient_of_this_batch(
    model: nn.Module,
    weights: list[nn.Parameter],
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
) -> float:
    """Return its norm; 0 where the loss does not reach the weights."""
    loss = loss_fn(model(inputs), targets)
    if not loss.requires_grad:
        return 0.0
    grads = torch.autograd.grad(loss, weights, allow_unused=True)
    return float(sum(float(grad.norm()) ** 2 for grad in grads if grad is not None) ** 0.5)


def _stops_short(outputs: Tensor, targets: Tensor) -> bool:
    """Return whether outputs end at 0 or -1, as behind a ReLU, sigmoid or tanh, and targets do not."""
    low, wanted = float(outputs.min()), float(targets.min())
    return any(edge <= low < edge + 0.1 and wanted < edge - 0.2 for edge in (0.0, -1.0))
