"""Tests of the console about a merchant."""
