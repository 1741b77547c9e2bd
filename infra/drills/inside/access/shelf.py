"""The media that routes show."""

import datetime as dt

from saas.accounts.models import User
from tenants.community.mediastore.models import Medium, Part


def fill(keeper: User, at: dt.datetime) -> dict[str, str]:
    """Put media of the council on the shelf; return the parts of their addresses."""
    return {
        "first part": "1",
        "council's medium": medium(keeper, at),
        "spare medium": medium(keeper, at),
        "lent medium": medium(keeper, at, copies=50),
    }


def medium(by: User, at: dt.datetime, *, copies: int | None = None) -> str:
    """Put a medium of a single chapter on the shelf, and return its reference."""
    made = Medium.objects.create(
        kind=Medium.Kind.BOOK,
        provider=Medium.Provider.COUNCIL,
        title="Carnet de route",
        state=Medium.State.READY,
        copies=copies,
        added_by=by,
        added_at=at,
    )
    Part.objects.create(medium=made, number=1, kind=Part.Kind.CHAPTER, text="<p>Un</p>")
    return made.reference
