"""Change of a member's employer within the park: apps settle the member's commitments."""

import datetime as dt
from typing import Any

from saas.kernel.hooks import Hook

# In a space: a person's new company, or None; they lose future items reserved for the people of the
# former company.
employer_changed: Hook[[Any, int | None, dt.datetime], None] = Hook()
