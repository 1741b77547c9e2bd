"""Connected accounts: their state, the transfers to them, and their payouts to banks."""
