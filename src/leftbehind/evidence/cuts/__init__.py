"""Rolling cuts: fit to what was known at a year, predict what came after, beside benchmarks."""
