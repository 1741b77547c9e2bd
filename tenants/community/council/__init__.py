"""The works council's desk: what came in, what waits, what was paid."""
