"""The only code that speaks to Stripe: requests in, plain values out."""
