"""What is offered to councils, and what they decide."""

import datetime as dt

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from billing import queries, tasks
from billing.models import Council, ShareTerms, StripeIntent
from billing.rules import checks, machines
from billing.settlement.frozen import prepare
from billing.settlement.moves import keep, move
from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Founded
from saas.kernel.tasks import after_commit
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Company, Tenant

FIRST_RATE_BP = 4_000
# In France a council of a company with fewer employees is no legal person.
LEGAL_PERSON_FROM = 50


@transaction.atomic
def offer_first_terms(*, founded: Founded, at: dt.datetime) -> Council:
    """Give a new space its council and offer it the first terms. Nobody does this: founding does.

    Doing it again changes nothing.
    """
    tenant = Tenant.objects.get(pk=founded.tenant_id)
    known = Council.objects.filter(tenant=tenant).first()
    if known is not None:
        return known
    heads = int(Company.objects.filter(tenant=tenant).aggregate(n=Sum("head_count"))["n"] or 1)
    is_person = heads >= LEGAL_PERSON_FROM
    states = Council.AccountState
    council = Council(
        tenant=tenant,
        name=_("CSE %(space)s") % {"space": tenant.name},
        legal_personality=is_person,
        account_state=states.NONE if is_person else states.NO_LEGAL_PERSONALITY,
        weight=heads,
        created_at=at,
    )
    council.full_clean()
    council.save()
    begun_at = founded.begun_at or at
    _offer(council, rate_bp=FIRST_RATE_BP, valid_from=begun_at, at=begun_at)
    return council


@transaction.atomic
def offer_terms(
    *, council: Council, rate_bp: int, valid_from: dt.datetime, by: User, at: dt.datetime
) -> ShareTerms:
    """Offer a council other terms; they hold from their day on, once it accepts them."""
    checks.check_rate(rate_bp)
    checks.check_valid_from(valid_from, at=at)
    Council.objects.select_for_update().get(pk=council.pk)
    if queries.offered_terms(council) is not None:
        raise Refused(_("Des conditions attendent déjà la réponse de ce CSE."))
    terms = _offer(council, rate_bp=rate_bp, valid_from=valid_from, at=at)
    keep("terms", terms.pk, "offered", states=("", "offered"), by=by.reference, at=at)
    return terms


def _offer(
    council: Council, *, rate_bp: int, valid_from: dt.datetime, at: dt.datetime
) -> ShareTerms:
    version = ShareTerms.objects.filter(council=council).count() + 1
    terms = ShareTerms(
        council=council, version=version, rate_bp=rate_bp, valid_from=valid_from, offered_at=at
    )
    terms.full_clean()
    terms.save()
    return terms


@transaction.atomic
def accept_terms(*, council: Council, by: SpaceActor, at: dt.datetime) -> ShareTerms:
    """Accept the terms that a council was offered; what waited for it may leave."""
    _check_own(council, by)
    Council.objects.select_for_update().get(pk=council.pk)
    terms = queries.offered_terms(council)
    if terms is None:
        raise Refused(_("Aucune condition n’attend votre réponse."))
    terms.accepted_at = at
    terms.accepted_by_reference = by.reference
    terms.accepted_by_name = by.name
    terms.accepted_by_role = by.role
    terms.save(
        update_fields=[
            "accepted_at",
            "accepted_by_reference",
            "accepted_by_name",
            "accepted_by_role",
        ]
    )
    after_commit(tasks.release_council, council.pk)
    return terms


@transaction.atomic
def open_account(
    *, council: Council, contact_email: str, siren: str, by: SpaceActor, at: dt.datetime
) -> StripeIntent:
    """Prepare to open a council's account; only what the council typed is sent."""
    _check_own(council, by)
    council = Council.objects.select_for_update().get(pk=council.pk)
    machines.check("council", council.account_state, "created")
    known = queries.open_call_of("account", council.pk)
    if known is not None:
        return known
    states = (council.account_state, council.account_state)
    keep("council", council.pk, "account_asked", states=states, by=by.reference, at=at)
    numbers = [{"type": "fr_siren", "value": siren}] if siren else []
    return prepare(
        StripeIntent.Kind.ACCOUNT,
        council.pk,
        {
            "contact_email": contact_email,
            "display_name": checks.cut(council.name),
            "dashboard": "express",
            "identity": {
                "country": "fr",
                "entity_type": "non_profit",
                "business_details": {
                    "registered_name": checks.cut(council.name),
                    **({"id_numbers": numbers} if numbers else {}),
                },
            },
            "configuration": {
                "recipient": {
                    "capabilities": {
                        "stripe_balance": {"stripe_transfers": {"requested": True}},
                    }
                }
            },
            "defaults": {
                "currency": checks.EURO,
                "locales": ["fr-FR"],
                "responsibilities": {
                    "fees_collector": "application",
                    "losses_collector": "application",
                },
            },
            "include": ["configuration.recipient", "requirements"],
        },
    )


@transaction.atomic
def declare_personality(
    *, council: Council, is_person: bool, evidence: str, by: User, at: dt.datetime
) -> Council:
    """Note whether a council is a legal person; one that is none has no account and waits."""
    checks.check_reason(evidence, field="evidence")
    trigger = "legal_personality" if is_person else "no_legal_personality"
    council = Council.objects.select_for_update().get(pk=council.pk)
    machines.check("council", council.account_state, trigger)
    council.legal_personality = is_person
    also = ["legal_personality"]
    move("council", council, trigger, by=by.reference, at=at, why=evidence, also=also)
    return council


def _check_own(council: Council, by: SpaceActor) -> None:
    schema_name = Tenant.objects.values_list("schema_name", flat=True).get(pk=council.tenant_id)
    if schema_name != by.schema_name:
        raise NotAllowed(_("Ce CSE est celui d’un autre espace."))
