"""The books: postings, balances, closings, what differs from Stripe, and the file of a year."""
