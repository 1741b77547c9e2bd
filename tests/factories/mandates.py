"""Minutes of a council's election that wait for an operator."""

import datetime as dt
from typing import Any

from billing.councils.actions import mandates
from billing.councils.actions.mandates import Elected, Minutes
from billing.models import Council, CouncilMandate
from saas.kernel import schema
from tenants.spaces.actors import SpaceActor

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
AT = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
TREASURER = Elected("M-DELPHI", "Delphine Marchal", "delphine@north.example")
SECRETARY = Elected("M-SECRET", "Noé Lambert", "noe@north.example")
MINUTES = Minutes(PDF, "pdf", dt.date(2026, 10, 1), dt.date(2030, 9, 30))


def make_mandate(council: Council, **changes: Any) -> CouncilMandate:
    """Submit minutes for a council; `changes` replace columns of the row."""
    by = SpaceActor(council.tenant.schema_name, "M-DELPHI", "Delphine Marchal", "treasurer")
    with schema.in_public():
        mandate = mandates.submit_mandate(
            council=council,
            treasurer=TREASURER,
            secretary=SECRETARY,
            minutes=MINUTES,
            by=by,
            at=AT,
        )
        if changes:
            CouncilMandate.objects.filter(pk=mandate.pk).update(**changes)
            mandate.refresh_from_db()
    return mandate
