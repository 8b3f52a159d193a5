"""The terms of the field in English and Chinese, with what people call them instead."""

from __future__ import annotations

from lossclinic_kb.glossary.concept import Concept, Glossary
from lossclinic_kb.glossary.load import glossary_files, load_glossary

__all__ = ["Concept", "Glossary", "glossary_files", "load_glossary"]
