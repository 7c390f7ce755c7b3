"""Tests of what is remembered of acts and losses."""
