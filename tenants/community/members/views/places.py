"""Two of the five places: what a member publishes, and all that runs of theirs."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from saas.kernel.http import page
from tenants.community.members.queries import running as queries
from tenants.community.members.rules import publishing as rules
from tenants.community.members.wording import publishing as wording
from tenants.spaces.requests import MemberRequest


@require_GET
def publish(request: MemberRequest) -> HttpResponse:
    """Show the eight kinds of posting; the first words choose one of them."""
    words = " ".join(request.GET.get("words", "").split())[: rules.LONGEST]
    ways = wording.ways(words)
    kind = rules.kind_of(words) if words else ""
    chosen = ways.get(kind) or (ways[rules.DEFAULT] if words else None)
    context = {"nav": "publish", "words": words, "ways": ways.values(), "chosen": chosen}
    return page(request, "members/publish.html", context, partial="kinds")


@require_GET
def own(request: MemberRequest) -> HttpResponse:
    """Show all that runs of a member, what is due next first."""
    now = timezone.now()
    runs = queries.running(request.user, now)
    return page(request, "members/own.html", {"nav": "own", "runs": runs, "now": now})
