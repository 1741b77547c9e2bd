"""Benches: figures of this machine, each beside a peer's in the same run."""
