"""Mail domains for joining: rights are checked in the space, rows are stored in public.

No transaction spans both, because a space may have its own database login; the scheduled task of
this room finds mails that were lost in between.
"""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.forms import ActionForm
from saas.kernel.tasks import after_commit
from tenants.community.members import tasks
from tenants.community.members.forms.membership import CompanyField
from tenants.community.members.models import Role
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules
from tenants.spaces.actions import email_domains as shared
from tenants.spaces.actors import SpaceActor, actor_of
from tenants.spaces.models import Change, EmailDomainClaim


class MailDomainForm(ActionForm[EmailDomainClaim]):
    """A request for a mail domain, by an address in it; in a park, also its company."""

    email = forms.CharField(
        label=_("Une adresse e-mail de ce domaine"),
        help_text=_(
            "Par exemple rh@orsel.fr : un lien y part. Une fois suivi, tout @orsel.fr entre sans "
            "invitation."
        ),
        max_length=300,
        error_messages={"required": _("Écrivez une adresse de ce domaine.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "email",
                "autocapitalize": "none",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(
        self, *args: Any, asks_company: bool, scope: frozenset[int] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if asks_company:
            company = CompanyField(
                label=_("Entreprise"),
                nothing=_("Choisissez…"),
                none=_("Aucune, tout le parc"),
                required=True,
                scope=scope,
            )
            company.error_messages["required"] = _("Dites de quelle entreprise est ce domaine.")
            self.fields["company_id"] = company
            self.order_fields(["company_id", "email"])

    def perform(self, *, by: User, at: dt.datetime) -> EmailDomainClaim:  # type: ignore[override]
        """Ask for the domain: a link is mailed there."""
        company_id = self.cleaned_data.get("company_id") or None
        actor = administering(by, company_id)
        with schema.in_public():
            return shared.claim(
                email=self.cleaned_data["email"],
                company_id=company_id,
                language=get_language() or "fr",
                by=actor,
                at=at,
            )


class RemoveForm(ActionForm[Change]):
    """The confirmation before a mail domain stops admitting members."""

    sure = forms.BooleanField(
        label=_("Oui, retirer ce domaine"),
        error_messages={"required": _("Cochez cette case pour retirer le domaine.")},
    )

    def perform(  # type: ignore[override]
        self, *, domain: str, company_id: int | None, by: User, at: dt.datetime
    ) -> Change:
        """Remove the domain, and notify its administrators."""
        actor = administering(by, company_id)
        with schema.in_public():
            change = shared.remove(domain=domain, company_id=company_id, by=actor, at=at)
        after_commit(tasks.mail_domain_change, change.pk)
        return change


class ProveForm(ActionForm[Change]):
    """The button that proves a domain, for the reader of a mailbox in it."""

    def perform(self, *, token: str, at: dt.datetime) -> Change:  # type: ignore[override]
        """Prove the domain, and notify its administrators."""
        here = schema.current()
        with schema.in_public():
            change = shared.prove(token=token, schema_name=here, at=at)
        after_commit(tasks.mail_domain_change, change.pk)
        return change


def renew_link(*, domain: str, company_id: int | None, by: User, at: dt.datetime) -> None:
    """Mail a new link for a domain that waits. Raises Refused, NotAllowed."""
    actor, language = administering(by, company_id), get_language() or "fr"
    with schema.in_public():
        shared.renew_link(domain=domain, company_id=company_id, language=language, by=actor, at=at)


def withdraw(*, domain: str, company_id: int | None, by: User, at: dt.datetime) -> None:
    """Give up asking for a domain. Raises NotAllowed."""
    actor = administering(by, company_id)
    with schema.in_public():
        shared.withdraw(domain=domain, company_id=company_id, by=actor, at=at)


def administering(by: User, company_id: int | None) -> SpaceActor:
    """Return the actor for changes in public: a company, or all the space. Raises NotAllowed."""
    rules.check_administers(queries.duties_of(by), company_id)
    return actor_of(by, schema_name=schema.current(), role=Role.Kind.ADMINISTRATOR)
