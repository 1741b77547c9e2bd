"""Classifieds of colleagues: sold, given, lent, rented, swapped, looked for, or a service."""
