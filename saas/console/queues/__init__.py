"""What waits for a look of an operator before it goes on: one look, one keyboard, one mail."""
