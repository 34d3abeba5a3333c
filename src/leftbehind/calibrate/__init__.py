"""Calibration: priors, runs, targets of 2012 and before."""
