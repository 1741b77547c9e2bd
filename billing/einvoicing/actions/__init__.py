"""Actions of operators on electronic invoices."""
