"""A small VAE, and a reader with CTC, whose authors write scalars for TensorBoard."""

from __future__ import annotations

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.generative import CtcScript, VaeScript, ctc, vae

STRIPES = {
    "base": healthy(""),
    "slow": healthy("", lr=5e-4, epochs=30),
    "heavy": fault("posterior_collapse", "", beta=20.0),
    "heavier": fault("posterior_collapse", "", beta=300.0, lr=1e-3),
    "hot": fault("lr_too_high", "", lr=0.5),
}
STRIPS = {
    "base": healthy(""),
    "short": fault("ctc_length_violation", "", columns=6, digits=8),
    "cold": fault("lr_too_low", "", lr=1e-6),
}

SETTING = Setting("kept", "TensorBoard", "stripes", "tfevents", VaeScript(), vae, STRIPES)
SECOND = Setting("kept", "TensorBoard", "digits on strips", "tfevents", CtcScript(), ctc, STRIPS, 11)
