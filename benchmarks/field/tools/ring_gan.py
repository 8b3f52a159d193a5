"""A small GAN whose author logs to W&B and exports the history."""

from __future__ import annotations

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.generative import GanScript, gan

CASES = {
    "base": healthy("Both losses hover near their balance of 1.3 and .8, samples as spread out as the ring."),
    "slow": healthy("The same at half the rate.", lr=5e-4, lr_discriminator=5e-4, steps=1200),
    "strong": fault(
        "discriminator_too_strong",
        "Discriminator loss near zero with accuracy 1 while the generator's climbs to 13, samples in one spot.",
        lr=1e-4,
        lr_discriminator=5e-3,
        discriminator_steps=6,
        discriminator_width=128,
    ),
    "stronger": fault(
        "discriminator_too_strong",
        "Discriminator loss of .001 and accuracy 1 for most of the run, generator loss up to 17.",
        lr=2e-5,
        lr_discriminator=2e-3,
        discriminator_steps=3,
    ),
    "one_spot": fault(
        "gan_mode_collapse",
        "Losses at their balance with d_acc exactly .5 while the spread of the samples falls to .01: one point.",
        lr=2e-2,
        lr_discriminator=5e-4,
        discriminator_width=16,
        beta1=0.9,
    ),
}

SETTING = Setting("open", "W&B history", "ring", "csv", GanScript(), gan, CASES)
