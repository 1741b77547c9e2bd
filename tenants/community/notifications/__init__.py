"""Notifications: what is to do and what is new, in the app, by e-mail and by push."""
