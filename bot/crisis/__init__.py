"""Facts: an incident and everything that can happen to it. Standard library only."""
