"""Pages of the forecast, and of the simulation of other terms."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from saas.kernel.http import page
from tenants.community.council.forms.figures import SimulationForm
from tenants.community.council.queries import figures as figure_queries
from tenants.community.council.queries import forecast as forecast_queries
from tenants.community.council.queries.account import CouncilDesk
from tenants.community.council.views import scope
from tenants.community.council.wording.forecast import difference
from tenants.spaces.requests import MemberRequest


@require_GET
def forecast(request: MemberRequest) -> HttpResponse:
    """Show the forecast of the month, pending shares with their reasons, and payouts."""
    now = timezone.now()
    desk, desks, whole = _chosen(request)
    context: dict[str, Any] = {"nav": "forecast", "desk": desk, "desks": desks}
    if desk:
        counted = figure_queries.sums([desk.council.reference])
        context["forecast"] = forecast_queries.forecast_of(
            desk, whole, counted, today=timezone.localdate(now)
        )
    return page(request, "council/forecast.html", context)


@require_GET
def simulator(request: MemberRequest) -> HttpResponse:
    """Split the sales of a year again under other terms, with more merchants."""
    desk, desks, _whole = _chosen(request)
    context: dict[str, Any] = {"nav": "simulator", "desk": desk, "desks": desks}
    if desk:
        form = SimulationForm(_simulation_data(request, desk))
        context |= {"form": form, "result": _result(request, desk, form)}
    return page(request, "council/simulator.html", context)


def _chosen(request: MemberRequest) -> scope.Chosen:
    return scope.chosen_desk(request.GET.get("council", ""), scope.duties_of(request))


def _simulation_data(request: MemberRequest, desk: CouncilDesk) -> dict[str, str]:
    """Return the simulation's parameters; missing parameters default to the terms in force."""
    terms = desk.in_force
    now = {
        "rate_bp": _percent(terms.rate_bp if terms else 0),
        "aep_bp": _percent(terms.aep_bp if terms else 0),
        "merchants": "0",
    }
    return {name: request.GET.get(name, value) for name, value in now.items()}


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole},{rest:02d}".rstrip("0").rstrip(",") if rest else str(whole)


def _result(
    request: MemberRequest, desk: CouncilDesk, form: SimulationForm
) -> dict[str, Any] | None:
    if not form.is_valid():
        return None
    simulation = forecast_queries.simulation_of(
        desk, schema_name=request.space.schema_name, at=timezone.now(), **form.cleaned_data
    )
    if simulation is None:
        return None
    return {"of": simulation, "words": difference(simulation), "terms": form.cleaned_data}
