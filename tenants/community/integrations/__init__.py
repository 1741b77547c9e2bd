"""Integrations of a space: API tokens, and webhooks."""
