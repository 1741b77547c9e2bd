"""Papers that people keep: invoices as PDF with their data inside, statements, the accounts."""
