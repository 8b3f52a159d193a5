"""What PyTorch prints when it is used as it should not be."""

from __future__ import annotations

from collections.abc import Callable

import torch
from provoking import provoke
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import SGD
from torch.optim.lr_scheduler import OneCycleLR, StepLR
from torch.utils.checkpoint import checkpoint

ONE = torch.ones(1, 2)


def layer() -> nn.Linear:
    return nn.Linear(2, 2)


def optimiser(net: nn.Module | None = None) -> SGD:
    return SGD((net or layer()).parameters(), lr=0.1)


def loading(saved: nn.Module, net: nn.Module, *, strict: bool = True) -> None:
    print(net.load_state_dict(saved.state_dict(), strict=strict))


def step_after_overflow(calls: str) -> None:
    net, scaler = layer(), torch.amp.GradScaler("cpu")
    own = optimiser(net)
    scaler.scale(net(ONE).sum()).backward()
    for call in calls.split():
        getattr(scaler, call)(own)


def half_precision() -> None:
    net, scaler = layer().half(), torch.amp.GradScaler("cpu")
    for parameter in net.parameters():
        parameter.grad = torch.zeros_like(parameter)
    scaler.scale(torch.ones(1))
    scaler.unscale_(optimiser(net))


def no_gradient() -> None:
    scaler = torch.amp.GradScaler("cpu")
    scaler.scale(torch.ones(1))
    scaler.step(optimiser())


def beyond_the_cycle() -> None:
    own = optimiser()
    schedule = OneCycleLR(own, max_lr=0.1, total_steps=2)
    for _ in range(4):
        own.step()
        schedule.step()


def schedule_with_epoch() -> None:
    own = optimiser()
    schedule = StepLR(own, 1)
    own.step()
    schedule.step(3)


def other_groups() -> None:
    net = layer()
    optimiser(net).load_state_dict(SGD([net.weight], lr=0.1).state_dict())


def infinite_gradient() -> None:
    parameter = nn.Parameter(torch.ones(2))
    parameter.grad = torch.tensor([float("nan"), 0.0])
    nn.utils.clip_grad_norm_([parameter], 1.0, error_if_nonfinite=True)


def backward_of(function: Callable[[Tensor], Tensor]) -> Callable[[], None]:
    def run() -> None:
        with torch.autograd.detect_anomaly(check_nan=True):
            function(torch.zeros(2, requires_grad=True)).sum().backward()

    return run


def two_masks() -> None:
    block = nn.TransformerEncoderLayer(4, 2, batch_first=True)
    block(torch.ones(1, 3, 4), src_mask=torch.zeros(3, 3), src_key_padding_mask=torch.zeros(1, 3).bool())


def twice() -> None:
    net = layer()
    SGD([*net.parameters(), *net.parameters()], lr=0.1)


def two_groups() -> None:
    net = layer()
    SGD([{"params": net.parameters()}, {"params": net.parameters()}], lr=0.1)


if __name__ == "__main__":
    provoke(
        {
            "target_size_differs": lambda: functional.mse_loss(torch.ones(3, 1), torch.ones(3)),
            "shapes_do_not_match": lambda: torch.ones(10) + torch.ones(32),
            "matrices_do_not_fit": lambda: layer()(torch.ones(1, 3)),
            "softmax_without_axis": lambda: functional.softmax(ONE),
            "probabilities_out_of_range": lambda: functional.binary_cross_entropy(ONE + 1, ONE),
            "targets_out_of_range": lambda: functional.binary_cross_entropy(ONE / 2, ONE + 1),
            "target_out_of_bounds": lambda: functional.cross_entropy(torch.ones(1, 3), torch.tensor([3])),
            "index_beyond_embedding": lambda: nn.Embedding(3, 2)(torch.tensor([5])),
            "schedule_steps_before_optimizer": lambda: StepLR(optimiser(), 1).step(),
            "schedule_called_with_epoch": schedule_with_epoch,
            "one_cycle_is_over": beyond_the_cycle,
            "schedule_resumed_without_state": lambda: StepLR(optimiser(), 1, last_epoch=5),
            "checkpointed_inputs_without_gradient": lambda: checkpoint(layer(), ONE, use_reentrant=True),
            "loss_without_graph": lambda: ONE.sum().backward(),
            "tensor_copied_by_constructor": lambda: torch.tensor(layer()(ONE)),
            "gradient_of_no_leaf_read": lambda: layer()(ONE).grad,
            "no_leaf_in_optimizer": lambda: SGD([layer().weight * 2], lr=0.1),
            "optimizer_without_parameters": lambda: SGD([], lr=0.1),
            "parameters_twice_in_group": twice,
            "parameters_in_two_groups": two_groups,
            "optimizer_state_does_not_fit": other_groups,
            "state_dict_keys_missing": lambda: loading(nn.Sequential(), nn.Sequential(layer())),
            "state_dict_keys_unexpected": lambda: loading(nn.Sequential(layer()), nn.Sequential()),
            "state_dict_sizes_differ": lambda: loading(nn.Linear(2, 3), layer()),
            "state_dict_keys_skipped": lambda: loading(nn.Sequential(), nn.Sequential(layer()), strict=False),
            "batch_norm_of_one_value": lambda: nn.BatchNorm1d(16)(torch.ones(1, 16)),
            "scaler_saw_no_gradient": no_gradient,
            "scaler_called_twice": lambda: step_after_overflow("unscale_ unscale_"),
            "gradients_in_half_precision": half_precision,
            "nan_from_log_or_root": backward_of(lambda x: torch.sqrt(x) * x),
            "nan_from_division": backward_of(lambda x: x / x),
            "nan_in_backward_pass": backward_of(lambda x: x * float("nan")),
            "gradient_norm_not_finite": infinite_gradient,
            "kl_divided_by_all_elements": lambda: functional.kl_div(ONE, ONE),
            "loss_summed_by_old_argument": lambda: nn.MSELoss(size_average=False),
            "dropout_of_one_recurrent_layer": lambda: nn.LSTM(2, 2, dropout=0.5),
            "masks_of_two_kinds": two_masks,
        }
    )
