"""Everything that passes between us and Stripe: calls (outbox), events (inbox), halts."""
