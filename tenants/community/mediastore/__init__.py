"""The shelf of media beside the coffee machine: read and listened to in the page."""
