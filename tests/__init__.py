"""Tests, one folder for each of the package, and the real git as their judge."""
