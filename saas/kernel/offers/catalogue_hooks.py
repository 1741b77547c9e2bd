"""News of the catalogue for spaces: what operators and councils decided of merchants."""

from saas.kernel.hooks import Hook

# In public: reports that came from a space, by its schema, were answered in this transaction.
reports_answered: Hook[[str], None] = Hook()
