"""Answers like Stripe on this machine, so that nobody needs a Stripe account and no money moves."""
