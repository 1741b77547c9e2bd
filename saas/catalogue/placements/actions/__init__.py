"""Actions on campaigns and their prices, and on what spaces count of them."""
