"""What a year is counted into: one kernel a file."""
