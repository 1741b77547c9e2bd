"""Queues of rows that an operator looks at first: one page, one keyboard, one mail."""
