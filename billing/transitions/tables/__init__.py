"""Which state follows which: one table a machine."""
