"""Tasks after the commit: links are mailed, spaces are built."""

import datetime as dt
import logging
from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from saas.accounts import actions as accounts
from saas.accounts.models import Pass, User
from saas.kernel import cache, hooks, pending_mail, schema
from saas.kernel.tasks import PublicTask, after_commit
from tenants.spaces import hosts, notifications, provisioning
from tenants.spaces.models import Founding, Tenant
from tenants.spaces.queries import foundings as queries
from tenants.spaces.rules import foundings as rules
from tenants.spaces.tasks.email_domains import mail_domain_link

PEOPLE = "people"
_RETENTION_SECONDS = 600
logger = logging.getLogger(__name__)


class _FoundingSteps:
    """The progress of a building, stored in the cache for the page.

    The founding's row is not used, because its transaction locks it until the space is complete.
    """

    def __init__(self, founding_id: UUID) -> None:
        self._key = queries.steps_key(founding_id)
        self.reports: list[dict[str, str]] = []
        cache.store_value(self._key, [], seconds=_RETENTION_SECONDS)

    def report(self, step: str) -> None:
        """Record the start of a step."""
        self.reports.append({"step": step, "at": timezone.now().isoformat()})
        cache.store_value(self._key, self.reports, seconds=_RETENTION_SECONDS)


@shared_task(base=PublicTask)
def mail_link(founding_id: UUID) -> None:
    """Mail a founder the link that confirms their address."""
    waiting = queries.links_to_mail()
    pending_mail.send_once(waiting, founding_id, notifications.mail_link, column="link_mailed_at")


@shared_task(base=PublicTask)
def mail_ready(founding_id: UUID) -> None:
    """Mail a founder the address of their new space."""
    built = queries.spaces_to_mail()
    pending_mail.send_once(built, founding_id, notifications.mail_ready, column="ready_mailed_at")


@shared_task(base=PublicTask)
def build_space(founding_id: UUID) -> None:
    """Build a space and admit its first administrator; idempotent."""
    founding = _claim(founding_id)
    if founding is None:
        return
    with translation.override(founding.language):
        steps = _FoundingSteps(founding_id)
        try:
            tenant = provisioning.found(founding=founding, report=steps.report, at=timezone.now())
        except provisioning.ProvisioningFailed as failure:
            logger.exception("founding %s was rolled back", founding.reference)
            _fail(founding_id, failure.sentence, steps)
            return
        _let_people_in(founding_id, tenant, steps)


def _let_people_in(founding_id: UUID, tenant: Tenant, steps: _FoundingSteps) -> None:
    steps.report(PEOPLE)
    try:
        _open(founding_id, tenant, steps)
    except Exception:
        logger.exception("the people of %s could not be let in", tenant.schema_name)
        provisioning.undo(tenant=tenant)
        _fail(
            founding_id,
            _("Votre compte n’a pas pu être créé : rien n’a été gardé à moitié."),
            steps,
        )


@transaction.atomic
def _claim(founding_id: UUID) -> Founding | None:
    """Lock and return a founding, pending or left by a dead worker, if any."""
    founding = Founding.objects.select_for_update().filter(pk=founding_id).first()
    if founding is None or founding.state not in rules.UNDER_WAY:
        return None
    founding.state = Founding.State.BUILDING
    founding.queued_at = timezone.now()
    founding.attempts += 1
    founding.progress = []
    founding.save(update_fields=["state", "queued_at", "attempts", "progress"])
    return founding


@transaction.atomic
def _open(founding_id: UUID, tenant: Tenant, steps: _FoundingSteps) -> None:
    founding = Founding.objects.select_for_update().get(pk=founding_id)
    if founding.state == Founding.State.BUILT:
        return
    now = timezone.now()
    hooks.founded.ask(
        hooks.Founded(
            tenant_id=tenant.pk,
            schema_name=tenant.schema_name,
            is_park=tenant.kind == Tenant.Kind.PARK,
            email=founding.email,
            first_name=founding.first_name,
            last_name=founding.last_name,
            language=founding.language,
            password=founding.password,
            company_id=queries.company_of_founder(tenant, founding.email),
            begun_at=founding.created_at,
        ),
        now,
    )
    with schema.inside(tenant.schema_name):
        _hold_open(founding, at=now)
    steps.report(rules.END)
    founding.state = Founding.State.BUILT
    founding.built_at = now
    founding.password = ""
    founding.progress = steps.reports
    founding.save(update_fields=["state", "built_at", "password", "progress"])
    after_commit(mail_ready, founding.pk)
    for claim_id in tenant.email_domain_claims.values_list("pk", flat=True):
        after_commit(mail_domain_link, claim_id)


def _hold_open(founding: Founding, *, at: dt.datetime) -> None:
    """Make the pass that the founder's button at the end of the wizard uses up."""
    accounts.issue_pass(
        user=User.objects.get_by_natural_key(founding.email),
        purpose=Pass.Purpose.CROSSING,
        lifetime=rules.ENTRY_LASTS,
        at=at,
        leads_to="/welcome/",
        origin=hosts.public_url(""),
    )


@transaction.atomic
def _fail(founding_id: UUID, sentence: str, steps: _FoundingSteps) -> None:
    founding = Founding.objects.select_for_update().get(pk=founding_id)
    if founding.state == Founding.State.BUILT:  # by another worker, meanwhile
        return
    founding.state = Founding.State.FAILED
    founding.failure = sentence
    founding.progress = steps.reports
    founding.save(update_fields=["state", "failure", "progress"])
