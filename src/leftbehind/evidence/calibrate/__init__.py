"""Calibration: which parameters fit the figures of 2012 and before, as draws of a posterior.

    calibrate.posterior()                   # the draws that ship with the package
    calibrate.median()                      # their medians, as changes for `leftbehind.run`
    calibration.run(Path("calibration"))    # screening, waves, posterior: see calibration.py

Making draws needs the libraries of the extra `calibrate`; reading them does not.
"""

from leftbehind.ensembles.draws import median, posterior

__all__ = ["median", "posterior"]
