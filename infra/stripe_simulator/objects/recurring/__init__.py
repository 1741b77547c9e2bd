"""Products, subscriptions and invoices: collected each month."""
