"""What everything stands on: errors, compiled kernels, luck, the record of a person, files."""
