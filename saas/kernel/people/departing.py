"""Hooks on a company that leaves its park."""

import datetime as dt

from saas.kernel.hooks import Hook

# In public, in the transaction that ends it: a company (the second id) left its park (the first).
company_left: Hook[[int, int, dt.datetime], None] = Hook()
