"""A run: what it writes, how it goes on after a stop, and how it is opened and lived again."""
