"""The guides: one folder each, `guides/<id>/` with en.md, zh.md, snippets.py and, where it helps, figure.py."""

from lossclinic_kb.guides.guide import Guide
from lossclinic_kb.guides.load import load_figure, load_guide, load_guides
from lossclinic_kb.guides.registry import GUIDES

__all__ = ["GUIDES", "Guide", "load_figure", "load_guide", "load_guides"]
