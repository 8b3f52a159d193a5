"""A small VAE, and a reader with CTC, whose authors write scalars for TensorBoard."""

from __future__ import annotations

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.generative import CtcScript, VaeScript, ctc, vae

STRIPES = {
    "base": healthy("Reconstruction falls to 31 while KL rises first and then eases off."),
    "slow": healthy(
        "Slower but the same: reconstruction falls, KL rises and then eases off.", lr=5e-4, epochs=30
    ),
    "heavy": fault(
        "posterior_collapse",
        "KL at .003 from the first steps and reconstruction stuck at that of a mean picture.",
        beta=20.0,
    ),
    "heavier": fault(
        "posterior_collapse",
        "KL of 10^-4 and a reconstruction that never gets below that of a mean picture.",
        beta=300.0,
        lr=1e-3,
    ),
    "hot": fault("lr_too_high", "NaN in every term from the first line, at a rate of .5.", lr=0.5),
}
STRIPS = {
    "short": fault(
        "ctc_length_violation",
        "The loss is infinite from the first step: no path of that length exists.",
        columns=6,
        digits=8,
        epochs=10,
    ),
    "cold": fault(
        "lr_too_low",
        "Loss creeps at a rate of 1e-6, validation alongside, gradient norm unchanged.",
        lr=1e-6,
        epochs=10,
    ),
}

SETTING = Setting("kept", "TensorBoard", "stripes", "tfevents", VaeScript(), vae, STRIPES)
SECOND = Setting("kept", "TensorBoard", "digits on strips", "tfevents", CtcScript(), ctc, STRIPS, 11)
