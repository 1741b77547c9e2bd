"""The catalogue seen from this gate, the placements shown here, and what they bring."""
