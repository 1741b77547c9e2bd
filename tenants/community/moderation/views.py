"""Pages of moderation: reporting, the queue, a case, its decision, the log."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from saas.kernel import hooks, private_pictures
from saas.kernel.http import page, see_other
from saas.kernel.values import cells
from tenants.community.moderation import actions, forms, wording
from tenants.community.moderation.models import Case
from tenants.community.moderation.queries import cases as case_queries
from tenants.community.moderation.queries import charter as charter_queries
from tenants.community.moderation.queries import pages as page_queries
from tenants.community.moderation.rules import cases as rules
from tenants.spaces.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def report(request: MemberRequest, kind: str, reference: str) -> HttpResponse:
    """Report an item visible to the member."""
    subject = case_queries.subject(kind, reference, viewer=request.user)
    if subject is None:
        raise Http404
    now = case_queries.judged(kind, reference)
    pictures = now.pictures if now is not None and kind != rules.PICTURE else ()
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.ReportForm(
        *data, subject=subject, reference=reference, viewer=request.user, pictures=pictures
    )
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("Merci. Une personne de la modération va regarder."))
        return see_other("moderation:mine")
    context = {"form": form, "subject": subject, "what": wording.kind_of(kind), "kind": kind}
    own = subject.owner_id == request.user.pk
    return page(request, "moderation/report.html", {**context, "own": own, "nav": "reports"})


@require_GET
def mine(request: MemberRequest) -> HttpResponse:
    """Show a member's reports, and the decisions about their items."""
    found = page_queries.mine(request.user)
    return page(request, "moderation/mine.html", {"mine": found, "nav": "reports"})


@require_GET
def about(request: MemberRequest, kind: str, reference: str) -> HttpResponse:
    """Redirect to the last case about an item, if it concerns the member."""
    found = page_queries.latest_about(kind, reference, viewer=request.user)
    if found is None:
        raise Http404
    return see_other(found)


@require_http_methods(["GET", "POST"])
def decision(request: MemberRequest, reference: str) -> HttpResponse:
    """Show the decision with its reasons, and let the losing party appeal."""
    found = page_queries.concerned(reference, viewer=request.user)
    if found is None:
        raise Http404
    at = timezone.now()
    form = forms.AppealForm(request.POST if request.method == "POST" else None, case=found)
    if form.submit(by=request.user, at=at):
        messages.success(request, _("C’est demandé : une autre personne va regarder."))
        return see_other(found)
    shown = page_queries.decision_page(found, viewer=request.user, at=at)
    context = {"shown": shown, "case": found, "form": form, "nav": "reports"}
    return page(request, "moderation/decision.html", context)


@require_GET
def queue(request: MemberRequest) -> HttpResponse:
    """Show moderators the pending cases, the oldest first."""
    rules.check_moderates(hooks.duties_of(request.user))
    context = {"lines": page_queries.queue(request.user), "nav": "moderation"}
    return page(request, "moderation/queue.html", context)


@require_http_methods(["GET", "POST"])
def case(request: MemberRequest, reference: str) -> HttpResponse:
    """Let a moderator read a case and decide it, then go on with the next."""
    found = _case_or_404(request, reference)
    at = timezone.now()
    form = forms.VerdictForm(request.POST if request.method == "POST" else None, case=found)
    if form.submit(by=request.user, at=at):
        messages.success(request, _("C’est décidé, les deux côtés sont prévenus."))
        return _after(request)
    actions.record_opening(case=found, by=request.user, at=at)
    what, why = gettext_noop("Dossier de modération"), gettext_noop("Un signalement à examiner")
    if found.owner_id is not None:
        look = hooks.DataAccess([found.owner_id], rules.MODERATOR, what, why)
        hooks.data_accessed.ask(look, request.user, at)
    shown = page_queries.case_page(found, viewer=request.user)
    waits = rules.is_waiting(found)
    context = {"shown": shown, "case": found, "form": form if waits else None}
    if not waits:  # another moderator was quicker: what was typed stays to be read and copied
        context["typed"] = request.POST.get("facts", "").strip()
    return page(request, "moderation/case.html", {**context, "nav": "moderation"})


@require_GET
def picture(request: MemberRequest, reference: str, token: str) -> HttpResponseBase:
    """Serve a picture of the reported item, hidden or not, to a moderator that may decide."""
    found = case_queries.picture_of(_case_or_404(request, reference), token)
    if found is None:
        raise Http404
    width = private_pictures.stored_for(found, private_pictures.PHOTO_WIDTH)
    return private_pictures.answer(found, width)


@require_GET
def log(request: MemberRequest) -> HttpResponse:
    """Show moderators the log, the latest first."""
    rules.check_moderates(hooks.duties_of(request.user))
    shown = page_queries.log(request.user, request.GET.get("page", "1"))
    return page(request, "moderation/log.html", {"page": shown, "nav": "moderation"})


@require_GET
def log_sheet(request: MemberRequest) -> HttpResponseBase:
    """Hand out the same log as a file for spreadsheets."""
    rules.check_moderates(hooks.duties_of(request.user))
    return cells.download(page_queries.log_sheet(request.user), name=_("journal-de-moderation"))


@require_http_methods(["GET", "POST"])
def charter(request: MemberRequest) -> HttpResponse:
    """Show the rules of the space, and let a member accept the version that counts."""
    found = charter_queries.latest_charter()
    if request.method == "POST":
        found = rules.check_published(found)
        if request.POST.get("version") != str(found.version):
            messages.warning(
                request, _("Une nouvelle version vient de paraître : lisez-la d’abord.")
            )
            return see_other("moderation:charter")
        actions.accept_charter(charter=found, by=request.user, at=timezone.now())
        messages.success(request, _("C’est noté. Merci de l’avoir lue."))
        return see_other("members:home")
    context = {
        "charter": found,
        "common": wording.COMMON_RULES,
        "accepted": charter_queries.accepted(found, request.user) if found else None,
        "may_publish": rules.administers(hooks.duties_of(request.user)),
        "nav": "charter",
    }
    return page(request, "moderation/charter.html", context)


@require_http_methods(["GET", "POST"])
def publish_charter(request: MemberRequest) -> HttpResponse:
    """Let an administrator publish a new version of the charter."""
    rules.check_administers(hooks.duties_of(request.user))
    versions = charter_queries.charters()
    initial = {"days": rules.USUAL_DAYS, "text": versions[0].text if versions else ""}
    data = request.POST if request.method == "POST" else None
    form = forms.CharterForm(data, initial=initial)
    if form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("La nouvelle version est publiée."))
        return see_other("moderation:charter")
    context = {"form": form, "versions": versions, "nav": "charter"}
    return page(request, "moderation/publish_charter.html", context)


def _case_or_404(request: MemberRequest, reference: str) -> Case:
    """Return a case that the user may decide. Raises NotAllowed before the case is looked up."""
    rules.check_moderates(hooks.duties_of(request.user))
    found = case_queries.case_of(reference)
    if found is None:
        raise Http404
    case_queries.check_may_decide(found, by=request.user)
    return found


def _after(request: MemberRequest) -> HttpResponse:
    following = page_queries.next_in_queue(request.user) if "next" in request.POST else None
    if following is None:
        return see_other("moderation:queue")
    return see_other("moderation:case", following.reference)
