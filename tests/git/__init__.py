"""Tests of the git layer; the judge is the real git."""
