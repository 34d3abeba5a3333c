"""From people to tidy tables: tallies, outputs, published figures, validation."""
