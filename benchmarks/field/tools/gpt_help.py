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


def other_alphabet() -> Texts:
    """Return help texts, of which those to validate on were numbered by another alphabet."""
    train, val, alphabet = text()
    return train, (val + 7) % alphabet, alphabet


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
    "base": healthy("Loss falls from ln of the alphabet to about 2.4, val a little above train."),
    "constant": healthy("", decay_iters=None, lr=3e-3, iterations=300),
    "small_batch": healthy("", batch_size=3, lr=3e-3, iterations=400, decay_iters=400),
    "hot": fault("lr_too_high", "", lr=1.0),
    "hotter": fault("lr_too_high", "", lr=0.2, clip=0.0, decay_iters=None),
    "cold": fault("lr_too_low", "", lr=1e-6),
    "unwarmed": fault("no_warmup", "", lr=6e-2, warmup=0, clip=0.0),
    "decayed_early": fault("lr_schedule_wrong", "", decay_iters=25, warmup=5, lr=3e-4),
    "kept_gradients": fault("missing_zero_grad", "", zero_grad=False, clip=0.0),
    "no_step": fault("optimizer_step_missing", "", step=False),
    "cut": fault("graph_detached", "", prepare=cut),
    "sgd": fault("optimizer_unsuitable", "", optimizer="sgd", lr=3e-3),
    "summed": fault(
        "grad_accum_not_normalized",
        "",
        optimizer="sgd",
        lr=0.5,
        accumulate=16,
        divide=False,
        batch_size=2,
        clip=0.0,
        iterations=100,
        log_every=2,
        eval_every=10,
        decay_iters=100,
    ),
    "not_causal": fault("causal_mask_leak", "", causal=False),
    "unshifted": fault("data_leakage", "", ahead=0),
    "wide": fault("bad_initialization", "", prepare=wide),
    "short_text": fault(
        "overfitting", "", data=lambda: text(1_500), width=48, iterations=400, decay_iters=400
    ),
    "noise": fault("uninformative_features", "", data=noise),
    "other_alphabet": fault("train_infer_mismatch", "", data=other_alphabet),
    "sixty": fault(
        "insufficient_training", "", iterations=60, lr=5e-4, eval_every=10, log_every=2, decay_iters=None
    ),
    "resumed": fault(
        "resume_state_incomplete", "", resumed_at=160, lr=1e-2, warmup=40, decay_iters=None, beta1=0.9
    ),
}

SETTING = Setting("kept", "nanoGPT stdout", "help texts", "txt", SCRIPT, printed, CASES)
