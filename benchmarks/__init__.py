"""Measurements, side by side with the git command line. ``make bench`` runs them."""
