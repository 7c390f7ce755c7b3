"""Tests of what is done to branches and to what is checked out."""
