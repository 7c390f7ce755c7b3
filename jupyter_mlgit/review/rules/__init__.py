"""What the warnings know: one module for each family of calls, of names, or of files."""
