"""Dispatch of an event, a call or a difference to the package that handles it."""
