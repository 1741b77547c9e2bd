"""Checks of environment variables, each by its form alone."""
