"""Kernel: the base of every other app, without a dependency on any of them."""
