"""The works council's desk: receipts, pending shares and payouts."""
