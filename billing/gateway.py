"""The only speaker to Stripe."""
