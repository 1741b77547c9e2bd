"""Rows that the seed writes: offers, questions, bookings and words of people of the demo."""
