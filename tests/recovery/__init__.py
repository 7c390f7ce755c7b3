"""Tests of finding and bringing back what was lost."""
