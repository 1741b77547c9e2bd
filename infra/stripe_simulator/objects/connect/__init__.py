"""Connected accounts: how they stand, what is sent to them, and what leaves for their banks."""
