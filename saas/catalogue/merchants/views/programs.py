"""Tokens of the shop's programs at the desk."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.catalogue.merchants.forms.programs import ProgramTokenForm, RevokeProgramForm
from saas.catalogue.merchants.models import ProgramToken
from saas.catalogue.merchants.queries import programs as queries
from saas.catalogue.merchants.queries import team
from saas.kernel.forms import ActionForm
from saas.kernel.http import page, see_other
from saas.kernel.secrets.program_tokens import CreatedToken


@require_http_methods(["GET", "POST"])
@stepup.fresh
def programs(request: PersonRequest) -> HttpResponse:
    """List the shop's tokens, and create a token; its secret is shown a single time."""
    form = ProgramTokenForm(request.POST if request.method == "POST" else None)
    made = None
    if form.is_bound:
        shop = team.shop_of(request.user)
        if shop is None:
            raise Http404
        made = form.submit(merchant=shop, by=request.user, at=timezone.now())
    return _page(request, ProgramTokenForm() if made else form, made=made)


@require_POST
@stepup.fresh
def revoke_program(request: PersonRequest, reference: str) -> HttpResponse:
    """End a token of the shop at once."""
    shop = team.shop_of(request.user)
    if shop is None or not queries.tokens_of(shop).filter(reference=reference).exists():
        raise Http404
    form = RevokeProgramForm(request.POST)
    if form.submit(merchant=shop, reference=reference, by=request.user, at=timezone.now()):
        messages.success(request, _("Le jeton est révoqué\u00a0: il n’ouvre plus rien."))
        return see_other("merchants:programs")
    return _page(request, ProgramTokenForm(), refused=form)


def _page(
    request: PersonRequest,
    form: ProgramTokenForm,
    *,
    made: CreatedToken[ProgramToken] | None = None,
    refused: ActionForm[bool] | None = None,
) -> HttpResponse:
    shop = team.shop_of(request.user)
    context = {
        "nav": "programs",
        "shop": shop,
        "form": form,
        "made": made,
        "refused": refused,
        "rows": queries.rows_of(shop, at=timezone.now()),
        "decides": shop is not None and team.decides_for(shop.pk, request.user),
    }
    is_wrong = form.is_bound or refused is not None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return page(request, "merchants/programs.html", context, status=status)
