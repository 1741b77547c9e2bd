"""Notifications: tasks and news, in the app, by e-mail and by push."""
