"""Stored files and pictures: their names, and the forms that take them."""
