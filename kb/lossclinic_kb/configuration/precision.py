"""What the precision of the arithmetic says."""

from __future__ import annotations

from lossclinic_kb.configuration.rule import Rule, is_said, plainly

RULES = (
    Rule(
        "full_precision",
        is_said("amp", False),
        {"fp16_overflow": 0.1, "low_precision_underflow": 0.15, "amp_scaler_misuse": 0.02},
        plainly("the run is in full precision", "这次训练用的是全精度"),
    ),
    Rule(
        "mixed_precision",
        is_said("amp", True),
        {"fp16_overflow": 5.0, "low_precision_underflow": 3.0, "amp_scaler_misuse": 4.0},
        plainly("the run is in mixed precision", "这次训练用了混合精度"),
    ),
)
"""In the order in which they are shown."""
