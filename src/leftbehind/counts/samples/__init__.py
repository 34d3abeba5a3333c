"""Samples of a run's people: a panel, a survey by a design, and estimates from them."""
