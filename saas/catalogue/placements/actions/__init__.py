"""Actions on campaigns, their prices, and the counts reported by spaces."""
