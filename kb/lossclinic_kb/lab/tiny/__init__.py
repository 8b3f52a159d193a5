"""Trainings of a moment in Lightning, the Hugging Face Trainer, Keras and Paddle, on which their snippets are run."""

from lossclinic_kb.lab.tiny.quiet import workplace

__all__ = ["workplace"]
