"""Operators: their accounts, rules and lost second factors."""
