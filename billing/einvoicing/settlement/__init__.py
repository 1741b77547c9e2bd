"""Electronic invoices as they are stored and exchanged."""
