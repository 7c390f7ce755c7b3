"""Branches and commits as they are now."""
