"""From what Stripe says to what the books say."""
