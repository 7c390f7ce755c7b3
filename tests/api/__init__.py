"""Tests of what speaks HTTP and of what stands behind it."""
