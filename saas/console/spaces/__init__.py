"""Spaces on the console: their page, administrators, companies and corrections."""
