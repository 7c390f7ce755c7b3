"""Makes the sample project: a small training project whose history has lost work of every kind in it."""
