"""From what Stripe says to what the books say; each step may run twice."""
