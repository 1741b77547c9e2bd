"""Pages of the console about sales: the capacity calendar, reach, slow campaigns."""
