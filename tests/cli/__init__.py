"""Tests of what people type and read."""
