"""The only speaker to Stripe; it answers in our words, and decides nothing."""
