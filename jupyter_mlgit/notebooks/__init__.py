"""What is particular about notebooks; the only part that knows nbstripout and nbformat."""
