"""Writes of jobs, once Stripe has answered."""
