"""Questions of a council's room that the room of members answers."""

from typing import Any

from saas.kernel.hooks import Hook

# Holders of a role in the council of a company, or in the space's own council.
role_holders: Hook[[int | None, str], list[Any]] = Hook()
