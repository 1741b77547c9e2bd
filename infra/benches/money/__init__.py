"""Benches of money: sign-up to payment, settlement, books, the nightly comparison."""
