"""What a message wants: a diagnosis, or something about the one that there is; a correction, an explanation, code."""
