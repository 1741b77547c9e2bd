"""The ledger: postings, balances, closings, differences from Stripe, and the file of a year."""
