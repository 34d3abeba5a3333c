"""What the model is told: tables with their sources, places, parameters, levers, scenarios."""
