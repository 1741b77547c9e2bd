"""The only writer of ledger transactions and entries."""
