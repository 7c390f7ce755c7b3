"""Compares texts line by line and word by word; knows neither git nor notebooks."""
