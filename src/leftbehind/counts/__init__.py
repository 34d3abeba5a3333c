"""Questions to a run: who is left behind, from one definition to another, who, and why."""
