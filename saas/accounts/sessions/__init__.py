"""Open sessions: their sign-in method, proofs, expiry and end."""
