"""Pages of a person's open sessions and of proofs before sensitive actions, on every host."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saas.accounts import auth
from saas.accounts.factors.queries import factor_of
from saas.accounts.requests import PersonRequest
from saas.accounts.rules import local_path
from saas.accounts.sessions import actions, proofs, queries, stepup
from saas.accounts.sessions.forms import EndForm, PasswordProofForm
from saas.kernel.http import page, see_other
from saas.kernel.secrets.hashing import takes_password


@require_http_methods(["GET", "POST"])
def sessions(request: PersonRequest) -> HttpResponse:
    """List a person's open sessions; end the chosen session on POST."""
    now = timezone.now()
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.submit(by=request.user, at=now):
        messages.success(request, _("Cette session est fermée."))
        return see_other("accounts:sessions")
    current = request.session.session_key or ""
    context = {
        "form": form,
        "sessions": queries.sessions_of(request.user, current=current, at=now),
        "factor": factor_of(request.user),
        "has_password": request.user.has_usable_password(),
    }
    return page(request, "accounts/sessions.html", context)


@require_POST
def end_others(request: PersonRequest) -> HttpResponse:
    """End all sessions of a person but this session."""
    current = request.session.session_key or ""
    actions.end_other_sessions(by=request.user, current=current, at=timezone.now())
    messages.success(request, _("Vos autres sessions sont fermées."))
    return see_other("accounts:sessions")


@takes_password
@require_http_methods(["GET", "POST"])
def prove(request: PersonRequest) -> HttpResponse:
    """Check the password before a sensitive action, then let the held form be sent again."""
    if request.method == "GET":
        return _go_on(request)
    now = timezone.now()
    form = PasswordProofForm(request.POST, prefix="proof")
    to = local_path(request.POST.get("proof-to", "")) or "/"
    if form.submit(by=request.user, at=now):
        proofs.record_proof(request.session, now)
        if request.POST.get("proof-method") == "GET":
            return see_other(to)
        stepup.hold(request, to)
        return see_other("accounts:prove")
    context = {
        "form": form,
        "asks": True,
        "action": "",
        "to": to,
        "back": local_path(request.POST.get("proof-back", "")) or "/",
        "method": request.POST.get("proof-method", ""),
        "carried": stepup.carried(request),
    }
    return page(request, "accounts/proof.html", context)


def _go_on(request: PersonRequest) -> HttpResponse:
    """Show the button that sends again the form typed before the proof."""
    held = stepup.release(request.session)
    if held is None:
        return see_other(auth.sign_in_host(request).landing)
    to, carried = held
    return page(request, "accounts/proven.html", {"to": to, "carried": carried})
