"""Reading the change before the commit: diffs, warnings, patches."""
