"""The language model inside, where a person names one: it words and weighs, and states nothing of its own.

Nothing here is imported before a model is asked. What it is told is in `digest`, what it may answer in `replies`, what of its answer
holds in `grounding`, and the order of it all in `consult`.
"""
