"""Tests of the console about sales."""
