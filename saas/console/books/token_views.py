"""Pages of the console about the tokens of accountants' programs."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing.ledger.queries import accountants as queries
from billing.models import AccountantToken
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.books.token_forms import AccountantTokenForm, RevokeTokenForm
from saas.kernel.forms import ActionForm
from saas.kernel.http import page, see_other
from saas.kernel.secrets.program_tokens import CreatedToken


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def accountant_tokens(request: PersonRequest) -> HttpResponse:
    """List the tokens, and create a token; its secret is shown a single time."""
    form = AccountantTokenForm(request.POST if request.method == "POST" else None)
    made = None
    if form.is_bound and (made := form.submit(by=request.user, at=timezone.now())):
        form = AccountantTokenForm()
    return _tokens_page(request, form, made=made)


@require_POST
@operators_only
@stepup.second_factor
def accountant_token(request: PersonRequest, reference: str) -> HttpResponse:
    """Revoke a token for a reason."""
    token = queries.token_named(reference)
    if token is None:
        raise Http404
    form = RevokeTokenForm(request.POST)
    if not form.submit(token=token, by=request.user, at=timezone.now()):
        return _tokens_page(request, AccountantTokenForm(), refused=form, about=reference)
    messages.success(request, _("Le jeton est révoqué\u00a0: il n’ouvre plus rien."))
    return see_other("ops:accountant_tokens")


def _tokens_page(
    request: PersonRequest,
    form: AccountantTokenForm,
    *,
    made: CreatedToken[AccountantToken] | None = None,
    refused: ActionForm[object] | None = None,
    about: str = "",
) -> HttpResponse:
    """Return the page of tokens; a refused revocation comes back beside its token."""
    now = timezone.now()
    context = {
        "nav": "accounting",
        "form": form,
        "made": made,
        "refused": refused,
        "revoke": refused or RevokeTokenForm(auto_id=False),
        "about": about,
        "rows": [
            (token, token.revoked_at is None and token.expires_at > now)
            for token in queries.all_tokens()
        ],
    }
    return page(request, "console/accountants.html", context)
