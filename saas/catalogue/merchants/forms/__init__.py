"""Forms of the desk: signing up and the shop, its people."""
