"""Questions of a council's room that the room of members answers."""

from typing import Any

from saas.kernel.hooks import Hook

# The people who have one role of the council of a company, or of the space's own.
role_holders: Hook[[int | None, str], list[Any]] = Hook()
