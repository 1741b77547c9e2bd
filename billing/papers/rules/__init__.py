"""Refusals in sentences, and arithmetic; pure."""
