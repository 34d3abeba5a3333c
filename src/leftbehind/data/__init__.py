"""The model's own tables and definitions."""
