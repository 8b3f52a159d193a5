"""A small GAN whose author logs to W&B and exports the history."""

from __future__ import annotations

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.generative import GanScript, gan

CASES = {
    "base": healthy(""),
    "slow": healthy("", lr=5e-4, lr_discriminator=5e-4, steps=1200),
    "strong": fault(
        "discriminator_too_strong",
        "",
        lr=1e-4,
        lr_discriminator=5e-3,
        discriminator_steps=6,
        discriminator_width=128,
    ),
    "stronger": fault("discriminator_too_strong", "", lr=2e-5, lr_discriminator=2e-3, discriminator_steps=3),
    "one_spot": fault(
        "gan_mode_collapse", "", lr=2e-2, lr_discriminator=5e-4, discriminator_width=16, beta1=0.9
    ),
    "frozen_noise": fault(
        "gan_mode_collapse", "", lr=1e-2, lr_discriminator=1e-3, discriminator_width=8, noise=1
    ),
}

SETTING = Setting("open", "W&B history", "ring", "csv", GanScript(), gan, CASES)
