"""Electronic invoices: sent and received through an approved platform."""
