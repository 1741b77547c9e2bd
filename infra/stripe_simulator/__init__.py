"""A local simulator of Stripe, without a Stripe account and without real money."""
