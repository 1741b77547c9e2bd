"""Commands of benches."""
