"""Commands that are refused here."""
