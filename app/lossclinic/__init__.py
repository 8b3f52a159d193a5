"""Lossclinic (训练诊所): the clinic for neural-network training runs.

>>> import lossclinic
>>> d = lossclinic.diagnose("metrics.csv", describe="val loss climbs from epoch 5")
>>> d.causes[0].id, d.causes[0].probability, d.causes[0].fixes[0].code
"""

from lossclinic.api import __version__, ask, diagnose
from lossclinic.clinic import Clinic
from lossclinic.diagnosis import Diagnosis
from lossclinic.session import Session
from lossclinic_kb.errors import (
    InputError,
    KnowledgeError,
    LossclinicError,
    ModelError,
    StoreError,
    UnreadableLog,
)

__all__ = [
    "Clinic",
    "Diagnosis",
    "InputError",
    "KnowledgeError",
    "LossclinicError",
    "ModelError",
    "Session",
    "StoreError",
    "UnreadableLog",
    "__version__",
    "ask",
    "diagnose",
]
