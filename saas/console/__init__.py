"""The operator's console: spaces, merchants, orders, transfers, jobs; no private content."""
