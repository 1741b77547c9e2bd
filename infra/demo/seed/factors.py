"""Second factors of the demo's people: the same secret for all, read by `troovon code`."""

import datetime as dt
from collections.abc import Iterable

from infra.local.authenticator import SECRET
from saas.accounts.factors.rules import PURPOSE
from saas.accounts.models import SecondFactor, User
from saas.kernel.secrets.sealed import seal


def protect(people: Iterable[User], at: dt.datetime, *, alias: str | None = None) -> None:
    """Give people of the current schema the demo's authenticator app, without recovery codes."""
    rows = SecondFactor.objects.using(alias) if alias else SecondFactor.objects
    for person in people:
        secret = seal(PURPOSE, SECRET)
        rows.create(user_id=person.pk, secret=secret, last_step=0, made_at=at, used_at=at)
