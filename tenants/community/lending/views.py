"""Pages of lending: to look around, to lend, to borrow, to hand over and to bring back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.kernel import private_pictures
from saas.kernel.display import qr
from saas.kernel.http import back_or, page, poll_answer, see_other
from saas.kernel.uploads import pictures
from saas.kernel.uploads.picture_forms import MOST_PICTURES
from saas.kernel.values import cells
from saas.kernel.web.bodies import takes_files
from tenants.community.lending.actions import things as thing_actions
from tenants.community.lending.actions import times as time_actions
from tenants.community.lending.forms import loans as loan_forms
from tenants.community.lending.forms import things as thing_forms
from tenants.community.lending.models import Loan, Thing
from tenants.community.lending.queries import calendar as calendar_queries
from tenants.community.lending.queries import loan_pages as loan_page_queries
from tenants.community.lending.queries import loans as loan_queries
from tenants.community.lending.queries import page as page_queries
from tenants.community.lending.queries import people as people_queries
from tenants.community.lending.queries import pictures as picture_queries
from tenants.community.lending.queries import things as thing_queries
from tenants.community.lending.rules import codes
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.wording import loans as wording
from tenants.spaces import calendars
from tenants.spaces.requests import MemberRequest

MOST_BYTES = MOST_PICTURES * pictures.MOST_BYTES


@require_GET
def board(request: MemberRequest) -> HttpResponse:
    """Show the things to lend; if requested, those free in this break first."""
    form = thing_forms.ThingFilterForm(request.GET)
    filters, now = form.filters(), timezone.now()
    zone = timezone.get_current_timezone()
    found = thing_queries.board(
        filters, viewer=request.user, zone=zone, at=now, number=form.number()
    )
    context = {"nav": "lending", "found": found, "filters": filters, "wheres": _wheres()}
    return page(request, "lending/board.html", context, partial="list")


@takes_files(MOST_BYTES)
@require_http_methods(["GET", "POST"])
def offer(request: MemberRequest) -> HttpResponse:
    """Lend something, then go to its page."""
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    title = request.GET.get("title", "")
    draft = None if data or title else thing_forms.draft_of(request.user, at=timezone.now())
    form = thing_forms.OfferForm(*data, person=request.user, initial={"title": title}, draft=draft)
    if form.is_bound and (thing := form.submit(by=request.user, at=timezone.now())):
        messages.success(request, _("C’est en ligne. Merci de le prêter."))
        return see_other(thing)
    return page(request, "lending/offer.html", _offering(form))


@require_POST
def draft(request: MemberRequest) -> HttpResponse:
    """Save the form as a draft and show its preview card."""
    form = thing_forms.OfferForm(request.POST, person=request.user)
    draft = form.save_draft(by=request.user, at=timezone.now())
    return page(request, "components/posting.html", {**_offering(form), "kept": draft}, status=200)


@require_POST
def discard(request: MemberRequest) -> HttpResponse:
    """Delete the member's draft."""
    thing_actions.discard_draft(by=request.user, at=timezone.now())
    messages.success(request, _("Le brouillon est jeté."))
    return see_other("lending:offer")


@require_http_methods(["GET", "POST"])
def thing(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a thing and its day, with the form to borrow it or to join its waiting list."""
    found, now = _thing(request, reference), timezone.now()
    data = (request.POST,) if request.method == "POST" else ()
    form = loan_forms.BorrowForm(*data, thing=found)
    if form.is_bound and (made := form.submit(by=request.user, at=now)):
        return _booked(request, made, found)
    shown = page_queries.thing_page(
        found,
        viewer=request.user,
        day=thing_forms.DayForm(request.GET).chosen(),
        zone=timezone.get_current_timezone(),
        at=now,
    )
    context = {"nav": "lending", "shown": shown, "thing": found, "form": form}
    return page(request, "lending/thing.html", context)


@takes_files(MOST_BYTES)
@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, reference: str) -> HttpResponse:
    """Update the member's thing."""
    found = _own_thing(request, reference)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = thing_forms.initial_of(found)
    form = thing_forms.DescribeForm(*data, person=request.user, thing=found, initial=initial)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est enregistré."))
        return see_other(found)
    return page(request, "lending/edit.html", {"form": form, "thing": found})


@require_POST
def withdraw(request: MemberRequest, reference: str) -> HttpResponse:
    """Withdraw the member's thing."""
    found = _own_thing(request, reference)
    thing_actions.withdraw(thing=found, by=request.user, at=timezone.now())
    messages.success(request, _("L’objet n’est plus proposé. Les demandes sont annulées."))
    return see_other(found)


@require_POST
def lend_again(request: MemberRequest, reference: str) -> HttpResponse:
    """Lend a thing again."""
    found = _own_thing(request, reference)
    thing_actions.lend_again(thing=found, by=request.user, at=timezone.now())
    messages.success(request, _("L’objet est de nouveau proposé."))
    return see_other(found)


@require_GET
def loans(request: MemberRequest) -> HttpResponse:
    """Show the member's loans as borrower and lender, and their waiting list entries."""
    found = loan_page_queries.my_loans(request.user, at=timezone.now())
    return page(request, "lending/loans.html", {"nav": "loans", "mine": found})


@require_GET
def sheet(request: MemberRequest) -> HttpResponseBase:
    """Return the member's loans as a spreadsheet file."""
    rows = loan_page_queries.sheet_of(request.user, at=timezone.now())
    return cells.download(rows, name=_("mes-prets"))


@require_http_methods(["GET", "POST"])
def loan(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a loan to a party, with the forms for its next steps."""
    found, now = _loan(request, reference), timezone.now()
    standing = rules.standing(found)
    if moved := poll_answer(request, standing, url=found.get_absolute_url()):
        return moved
    data = (request.POST,) if request.method == "POST" else ()
    lends = found.borrower_id != request.user.pk
    form = loan_forms.StepForm(*data, loan=found, verbs=rules.verbs_of(found, lends=lends, at=now))
    if form.is_bound and (done := form.submit(by=request.user, at=now)):
        messages.success(request, wording.step_taken(form.cleaned_data["verb"]))
        return back_or(request, done)
    if form.is_bound:
        found = _loan(request, reference)
    shown = loan_page_queries.loan_page(
        found, viewer=request.user, zone=timezone.get_current_timezone(), at=now
    )
    context = {"nav": "loans", "shown": shown, "form": form, "standing": standing}
    return page(request, "lending/loan.html", context)


@require_http_methods(["GET", "POST"])
def handover(request: MemberRequest, reference: str) -> HttpResponse:
    """Show the code that the other side scans or types, and take theirs."""
    found = _loan(request, reference)
    standing = rules.standing(found)
    if moved := poll_answer(request, standing, url=found.get_absolute_url()):
        return moved
    data = (request.POST,) if request.method == "POST" else ()
    form = loan_forms.CodeForm(*data, loan=found)
    if form.is_bound and (done := form.submit(by=request.user, at=timezone.now())):
        messages.success(request, wording.handed_over(done.state))
        return see_other(done)
    context = {
        "nav": "loans",
        "standing": standing,
        "shown": loan_page_queries.handover_page(found, viewer=request.user, at=timezone.now()),
    }
    return page(request, "lending/handover.html", {**context, "form": form})


@require_GET
def event(request: MemberRequest, reference: str) -> HttpResponse:
    """Hand out a loan for a calendar."""
    found = _loan(request, reference)
    return calendars.answer(calendar_queries.calendar_entry(found, request.user))


@require_GET
def code(request: MemberRequest, reference: str) -> HttpResponse:
    """Draw the QR code of the next hand-over of a loan, as this side shows it."""
    found = _loan(request, reference)
    step = codes.step_of(found)
    if not step:
        raise Http404
    text = codes.write(found, step, request.user.pk)
    url = request.build_absolute_uri(reverse("lending:scan", args=[text]))
    response = HttpResponse(qr.drawing(url), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def scan(request: MemberRequest, text: str) -> HttpResponse:
    """Show the step of a scanned code for confirmation, and take it on POST."""
    scanned = codes.read(text)
    found = loan_queries.loan_with(scanned.loan_id, viewer=request.user)
    codes.check_is_ones_own(is_found=found is not None)
    assert found is not None  # noqa: S101 - the check above refuses it
    codes.check_next(found, scanned)
    codes.check_shown_by_other(scanned, request.user.pk)
    if request.method == "POST":
        done = loan_forms.take_step(found, scanned, by=request.user, at=timezone.now())
        messages.success(request, wording.handed_over(done.state))
        return see_other(done)
    shown = loan_page_queries.handover_page(found, viewer=request.user, at=timezone.now())
    return page(request, "lending/scan.html", {"nav": "loans", "shown": shown})


@takes_files(MOST_BYTES)
@require_http_methods(["GET", "POST"])
def damage(request: MemberRequest, reference: str) -> HttpResponse:
    """Report damage or missing parts to the other party."""
    found = _loan(request, reference)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = loan_forms.DamageForm(*data, loan=found, person=request.user)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est noté, l’autre personne en est prévenue."))
        return see_other(found)
    return page(request, "lending/damage.html", {"nav": "loans", "form": form, "loan": found})


@require_POST
def leave(request: MemberRequest, number: int) -> HttpResponse:
    """Leave a waiting list."""
    entry = loan_queries.waiting_of(request.user, number)
    if entry is None:
        raise Http404
    time_actions.leave_waiting_list(entry=entry, by=request.user, at=timezone.now())
    messages.success(request, _("Vous n’attendez plus cet objet."))
    return see_other(entry.thing)


@require_GET
def picture(request: MemberRequest, token: str, width: int) -> HttpResponseBase:
    """Return a picture in the given width to a permitted viewer."""
    return private_pictures.answer(picture_queries.picture_named(token, viewer=request.user), width)


def _booked(request: MemberRequest, made: object, found: Thing) -> HttpResponse:
    if not isinstance(made, Loan):
        messages.success(request, _("Vous êtes sur la liste : on vous prévient à votre tour."))
        return see_other(found)
    messages.success(request, wording.requested(made.state))
    return see_other(made)


def _offering(form: thing_forms.OfferForm) -> dict[str, Any]:
    """Return the context of the page of a new thing: its form, draft and card."""
    now = timezone.now()
    tiles = [form.preview(at=now)] if form.is_bound else []
    return {"form": form, "tiles": tiles, "kept": form.is_bound, "now": now, "nav": "post"}


def _wheres() -> list[tuple[str, str, str]]:
    return [(one.value, str(one.label), rules.WHERE_SYMBOLS[one]) for one in Thing.Whereabouts]


def _thing(request: MemberRequest, reference: str) -> Thing:
    found = thing_queries.find(reference, viewer=request.user)
    if found is None:
        raise Http404
    return found


def _own_thing(request: MemberRequest, reference: str) -> Thing:
    found = _thing(request, reference)
    rules.check_hands_out(found, request.user.pk, people_queries.councils_of(request.user))
    return found


def _loan(request: MemberRequest, reference: str) -> Loan:
    found = loan_queries.find_loan(reference, viewer=request.user)
    if found is None:
        raise Http404
    return found
