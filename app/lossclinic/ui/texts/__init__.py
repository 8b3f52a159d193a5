"""Every string of the interface, in both languages; reports use those that they share with it."""

from lossclinic.ui.texts import cards, facts, frame, library, model, pages, run, talk

__all__ = ["cards", "facts", "frame", "library", "model", "pages", "run", "talk"]
