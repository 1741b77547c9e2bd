"""Pages of the console for the accountant: payments on paper, the bank, taxes, papers."""
