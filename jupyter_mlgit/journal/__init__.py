"""What was done, so that it can be undone."""
