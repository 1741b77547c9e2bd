"""Merchants' purchases: prices, checkout, payments, months and sales."""
