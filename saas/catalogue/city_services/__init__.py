"""Services of the city, beside the merchants."""
