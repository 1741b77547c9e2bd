"""Parameters that the simulator does not play are refused, rather than taken and not done."""

from collections.abc import Collection

from infra.stripe_simulator.errors import JSON, ApiError


def only(given: JSON, played: Collection[str], *, inside: str = "") -> None:
    """Refuse the first parameter that asks for something the simulator does not do."""
    for name, value in given.items():
        if name not in played and value not in (None, "", [], {}, False):
            param = f"{inside}[{name}]" if inside else name
            raise ApiError(f"The simulator does not play {param} yet.", param=param)
