"""Page of the clusters that hold spaces."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from saas.accounts.requests import PersonRequest
from saas.console.access import operators_only
from saas.console.queries import cells as queries
from saas.kernel.http import page
from saas.monitoring.queries import last_backups


@require_GET
@operators_only
def cells(request: PersonRequest) -> HttpResponse:
    """Show home and each cell: spaces, size, load, lag, and what is wrong."""
    backups = last_backups()
    context = {
        "nav": "troubles",
        "rows": [(row, backups.get(row.cell.name)) for row in queries.rows()],
        "has_cells": bool(settings.CELLS),
    }
    return page(request, "console/cells.html", context)
