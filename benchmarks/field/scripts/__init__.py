"""Training scripts, one for each framework."""
