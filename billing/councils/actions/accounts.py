"""Actions of a council on its account: opening, replacement, and invoicing of its share."""

import datetime as dt
import zoneinfo
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.councils.actions.notices import give_notice
from billing.councils.actions.statements import bill_council
from billing.councils.queries.changes import notices_to_mail, open_change_of
from billing.councils.queries.statements import party_of_council
from billing.councils.rules import accounts as rules
from billing.councils.rules.mandates import (
    check_confirmed,
    check_confirmed_treasurer,
    mandate_day,
)
from billing.councils.rules.self_billing import accept_mandate, end_mandate
from billing.councils.settlement import changes
from billing.councils.settlement.own_councils import lock_own
from billing.councils.tasks import mail_council_notice
from billing.ledger.rules import approvals
from billing.models import AccountChange, Council, CouncilNotice, StripeCall
from billing.stripe import tasks
from billing.stripe.calls.prepare import prepare
from billing.stripe.queries.due import open_call_of
from billing.stripe.rules.params import EURO, cut
from billing.transitions import machines
from billing.transitions.transition import CLOCK, record, transition
from saas.kernel.errors import Refused
from saas.kernel.tasks import FIRST, after_commit
from saas.kernel.values import legal
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant
from tenants.spaces.rules.workplaces import check_siren


class Billing(NamedTuple):
    """A council's tax details, as printed on an invoice issued in its name."""

    is_vat_payer: bool
    vat_number: str
    siren: str
    street: str
    postcode: str
    city: str
    lets_us_bill: bool
    mandate_version: int | None = None


@transaction.atomic
def open_account(
    *, council: Council, contact_email: str, siren: str, by: SpaceActor, at: dt.datetime
) -> StripeCall:
    """Prepare the call that opens a council's account; only data typed by the council is sent."""
    council = lock_own(council, by)
    check_confirmed_treasurer(council, by.reference, today=mandate_day(at))
    machines.check("council", council.account_state, "created")
    known = open_call_of("account", council.pk)
    if known is not None:
        return known
    if siren:
        council.siren = siren
        council.save(update_fields=["siren"])
    states = (council.account_state, council.account_state)
    record("council", council.pk, "account_asked", states=states, by=by.reference, at=at)
    params = _account(council, contact_email=contact_email, siren=siren)
    call = prepare(StripeCall.Kind.ACCOUNT, council.pk, params)
    after_commit(tasks.send_call, call.pk, priority=FIRST)
    return call


def _account(council: Council, *, contact_email: str, siren: str) -> dict[str, Any]:
    numbers = [{"type": "fr_siren", "value": siren}] if siren else []
    return {
        "contact_email": contact_email,
        "display_name": cut(council.name),
        "dashboard": "express",
        "identity": {
            "country": "fr",
            "entity_type": "non_profit",
            "business_details": {
                "registered_name": cut(council.name),
                **({"id_numbers": numbers} if numbers else {}),
            },
        },
        "configuration": {
            "recipient": {
                "capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}
            }
        },
        "defaults": {
            "currency": EURO,
            "locales": ["fr-FR"],
            "responsibilities": {
                "fees_collector": "application",
                "losses_collector": "application",
            },
        },
        "include": ["configuration.recipient", "requirements"],
    }


@transaction.atomic
def ask_replacement(
    *,
    council: Council,
    contact_email: str,
    siren: str,
    reason: str,
    by: SpaceActor,
    at: dt.datetime,
) -> AccountChange:
    """Request another account in place of a council's account; a second person confirms it."""
    approvals.check_reason(reason, field="reason")
    council = lock_own(council, by)
    check_confirmed(council, today=mandate_day(at))
    rules.check_has_account(council)
    if open_change_of(council.pk) is not None:
        raise Refused(_("Un remplacement est déjà en cours\u00a0: il se suit sur cette page."))
    change = AccountChange(
        council=council,
        old_account=council.stripe_account,
        contact_email=contact_email,
        siren=siren,
        reason=reason,
        asked_at=at,
        asked_by_reference=by.reference,
        asked_by_name=by.name,
    )
    change.full_clean()
    change.save()
    record("change", change.pk, "asked", states=("", "asked"), by=by.reference, at=at, why=reason)
    facts = {"by": by.name, "because": reason}
    kind = CouncilNotice.Kind.CHANGE_ASKED
    give_notice(council=council, kind=kind, facts=facts, by=by, at=at)
    return change


@transaction.atomic
def confirm_replacement(*, council: Council, by: SpaceActor, at: dt.datetime) -> StripeCall:
    """Confirm a replacement and open the new account beside the old; never by its requester."""
    council = lock_own(council, by)
    check_confirmed(council, today=mandate_day(at))
    change = _going_on(council)
    machines.check("change", change.state, "confirmed")
    rules.check_may_confirm(change, by.reference)
    change.confirmed_at = at
    change.confirmed_by_reference, change.confirmed_by_name = by.reference, by.name
    also = ["confirmed_at", "confirmed_by_reference", "confirmed_by_name"]
    transition("change", change, "confirmed", by=by.reference, at=at, also=also)
    kind = CouncilNotice.Kind.CHANGE_CONFIRMED
    give_notice(council=council, kind=kind, facts={"by": by.name}, by=by, at=at)
    params = _account(council, contact_email=change.contact_email, siren=change.siren)
    call = prepare(StripeCall.Kind.CHANGE, change.pk, params)
    after_commit(tasks.send_call, call.pk, priority=FIRST)
    return call


@transaction.atomic
def cancel_replacement(*, council: Council, by: SpaceActor, at: dt.datetime) -> AccountChange:
    """Cancel a replacement: keep the council's account, close the account opened beside it."""
    change = _going_on(lock_own(council, by))
    because = _("Abandonné par %(name)s") % {"name": by.name}
    cancelled = changes.cancel(change.pk, because=because, by=by.reference, name=by.name, at=at)
    _send_waiting(council)
    return cancelled


@transaction.atomic
def let_replacement_lapse(*, change_id: int, at: dt.datetime) -> None:
    """Cancel a replacement left unattended. Called by the clock."""
    change = AccountChange.objects.get(pk=change_id)
    because = _("Personne n’y a donné suite en trente jours")
    changes.cancel(change.pk, because=because, by=CLOCK, name="", at=at)


def _going_on(council: Council) -> AccountChange:
    change = open_change_of(council.pk)
    if change is None:
        raise Refused(_("Aucun remplacement n’est en cours. Rechargez la page."))
    return AccountChange.objects.select_for_update().get(pk=change.pk)


@transaction.atomic
def ask_personality(*, council: Council, evidence: str, by: SpaceActor, at: dt.datetime) -> Council:
    """Report to Troovon that a council has become a legal person; an operator checks it."""
    approvals.check_reason(evidence, field="evidence")
    council = lock_own(council, by)
    machines.check("council", council.account_state, "legal_personality")
    if council.personality_asked_at is not None:
        raise Refused(_("C’est déjà demandé\u00a0: Troovon répond sous deux jours ouvrés."))
    council.personality_asked_at = at
    council.save(update_fields=["personality_asked_at"])
    states = (council.account_state, council.account_state)
    why = f"{by.name}\u00a0: {evidence}"
    record("council", council.pk, "person_asked", states=states, by=by.reference, at=at, why=why)
    return council


@transaction.atomic
def describe_billing(
    *, council: Council, billing: Billing, by: SpaceActor, at: dt.datetime
) -> Council:
    """Set a council's VAT status; if it owes VAT, we invoice its share in its name, by mandate.

    If it owes VAT no longer, its earnings until now are invoiced at once.
    """
    council = lock_own(council, by)
    if billing.is_vat_payer:
        _check_billing(billing)
        accept_mandate(council, at)
    elif council.self_billing_since is not None:
        _bill_until_now(council, at)
        end_mandate(council, party_of_council(council), at)
    council.is_vat_payer = billing.is_vat_payer
    council.vat_number = billing.vat_number if billing.is_vat_payer else ""
    council.siren, council.street = billing.siren, billing.street
    council.postcode, council.city = billing.postcode, billing.city
    council.full_clean(exclude=["tenant", "company"])
    council.save(
        update_fields=[
            "is_vat_payer",
            "vat_number",
            "siren",
            "street",
            "postcode",
            "city",
            "self_billing_since",
            "self_billing_version",
            "self_billing_digest",
            "ended_mandates",
        ]
    )
    trigger = "vat" if billing.is_vat_payer else "no_vat"
    states = (council.account_state, council.account_state)
    record("council", council.pk, trigger, states=states, by=by.reference, at=at, why=by.name)
    return council


def _bill_until_now(council: Council, at: dt.datetime) -> None:
    if council.is_vat_payer and council.vat_number:
        zone = Tenant.objects.values_list("time_zone", flat=True).get(pk=council.tenant_id)
        today = timezone.localdate(at, zoneinfo.ZoneInfo(zone))
        bill_council(council_id=council.pk, last_day=today, at=at)


def _check_billing(billing: Billing) -> None:
    try:
        check_siren(billing.siren)
    except Refused as refusal:
        raise Refused(refusal.sentence, field="siren") from refusal
    rules.check_french_vat_number(billing.vat_number, siren=billing.siren)
    for name in ("street", "postcode", "city"):
        if not getattr(billing, name).strip():
            raise Refused(
                _("L’adresse du CSE figure sur chaque facture\u00a0: écrivez-la."), field=name
            )
    if not billing.lets_us_bill:
        raise Refused(
            _("Sans ce mandat, Troovon ne peut pas facturer au nom du CSE\u00a0: cochez la case."),
            field="lets_us_bill",
        )
    seen = billing.mandate_version
    if seen is not None and not legal.is_current(legal.SELF_BILLING, seen):
        raise Refused(
            _("Le texte du mandat vient de changer\u00a0: rechargez la page et relisez-le."),
            field="lets_us_bill",
        )


def _send_waiting(council: Council) -> None:
    for notice in notices_to_mail().filter(council=council):
        after_commit(mail_council_notice, notice.pk)
