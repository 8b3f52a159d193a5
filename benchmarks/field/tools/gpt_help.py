"""A GPT on the help texts of Python, trained by a script in the manner of nanoGPT."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.nano_gpt import GptScript, Texts, printed
from benchmarks.field.tasks.text import help_texts


def text(train: int = 120_000, val: int = 20_000, start: int = 0, val_start: int = 150_000) -> Texts:
    """Return help texts to train on, and others to validate on."""
    first, alphabet = help_texts(start, train)
    second, _ = help_texts(val_start, val)
    return torch.tensor(first), torch.tensor(second), alphabet


def noise() -> Texts:
    """Return characters in any order, as from a file that was decoded wrongly."""
    train, val, alphabet = text()
    made = torch.Generator().manual_seed(1)
    return (
        train[torch.randperm(len(train), generator=made)],
        val[torch.randperm(len(val), generator=made)],
        alphabet,
    )


def wide(net: nn.Module) -> None:
    """Draw every matrix with a deviation of one."""
    for parameter in net.parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter, std=1.0)


class Fixed(nn.Module):
    """What returns its input without a graph."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the input."""
        return x.detach()


def cut(net: nn.Module) -> None:
    """Cut the graph before the last layer."""
    net.norm = nn.Sequential(net.norm, Fixed())  # type: ignore[arg-type]


SCRIPT = GptScript(text)

CASES = {
    "base": healthy("Loss falls from ln of the alphabet to about 2.5, val a little above train."),
    "constant": healthy(
        "A steady descent at a constant rate to the same level.", decay_iters=None, lr=3e-3, iterations=300
    ),
    "hot": fault(
        "lr_too_high", "Losses climb to three times the start and end far above the usual 2.6.", lr=1.0
    ),
    "cold": fault(
        "lr_too_low", "Loss stays within .03 of its start for the whole run, at a rate of 1e-6.", lr=1e-6
    ),
    "kept_gradients": fault(
        "missing_zero_grad",
        "Falls for two dozen iterations, then goes up again and ends far above the usual level.",
        zero_grad=False,
        clip=0.0,
    ),
}

SETTING = Setting("kept", "nanoGPT stdout", "help texts", "txt", SCRIPT, printed, CASES)
