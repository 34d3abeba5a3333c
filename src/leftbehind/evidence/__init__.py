"""The model against the world: validation, calibration, policies, predictions."""
