"""A full copy of a space for another installation."""
