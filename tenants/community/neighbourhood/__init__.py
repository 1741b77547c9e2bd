"""The catalogue seen from this gate, the placements shown here, and the money they bring."""
