"""Pages of a space's modules: all members may read them, administrators switch them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from saas.kernel import hooks, modules, schema
from saas.kernel.http import page, see_other
from tenants.spaces.forms.modules import SwitchForm
from tenants.spaces.queries import addresses as queries
from tenants.spaces.requests import MemberRequest
from tenants.spaces.rules import addresses as rules
from tenants.spaces.views.addresses import administrator


@require_GET
def listed(request: MemberRequest) -> HttpResponse:
    """List the modules of the space, on and off, with the authors of their changes."""
    off = modules.switched_off()
    with schema.in_public():
        changes = queries.module_changes(request.space.schema_name)
    context = {
        "nav": "people",
        "modules": [(one, one.label not in off) for one in modules.offered()],
        "changes": changes,
        "administers": rules.runs_the_space(
            hooks.duties_of(request.user), is_park=request.space.is_park
        ),
    }
    return page(request, "spaces/modules.html", context)


@require_http_methods(["GET", "POST"])
def module(request: MemberRequest, label: str) -> HttpResponse:
    """Show the open processes of a module, and switch it on or off on POST."""
    by = administrator(request)
    found = modules.module_of(label)
    if found is None:
        raise Http404
    form = SwitchForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.submit(module=found, by=by, at=timezone.now()):
        on = form.cleaned_data["used"] == "on"
        words = _("%(module)s\u00a0: rallumé.") if on else _("%(module)s\u00a0: éteint.")
        messages.success(request, words % {"module": found.name})
        return see_other("spaces:modules")
    context = {
        "nav": "people",
        "form": form,
        "module": found,
        "is_used": modules.is_used(label),
        "underway": found.underway(timezone.now()),
    }
    return page(request, "spaces/module.html", context)
