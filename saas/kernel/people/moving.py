"""A member works for another company of the park from now on: rooms settle what they had joined."""

import datetime as dt
from typing import Any

from saas.kernel.hooks import Hook

# In a space: somebody works for a company now, or for none; what was for another's people alone,
# and is to come, is theirs no more.
employer_changed: Hook[[Any, int | None, dt.datetime], None] = Hook()
