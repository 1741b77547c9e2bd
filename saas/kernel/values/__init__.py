"""Values that have a form of their own: VAT numbers, hours of the week, cells, calendars."""
