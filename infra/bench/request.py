"""The signed-in home feed, against plain Django with all apps in one schema."""

from infra.bench.table import Result


def run(rounds: int, spaces: int) -> Result:
    """Placeholder."""
    raise NotImplementedError
