"""Schedule of recurring jobs, and the queue of each job."""

from typing import Any

from celery.schedules import crontab

_MINUTE, _HOUR = 60, 3600
# Redis takes the lowest first, in steps of three.
FIRST, CLOCK, USUAL, LATER = 0, 3, 6, 9
_EVERY = (
    ("watch", "saas.monitoring.clock.watch", _MINUTE),
    ("stalled-foundings", "tenants.spaces.clock.requeue_foundings", 15),
    ("mails-to-founders", "tenants.spaces.clock.requeue_founder_mails", _MINUTE),
    ("mails-of-public", "saas.accounts.clock.requeue_links", _MINUTE),
    ("mails-to-merchants", "saas.catalogue.merchants.clock.requeue_mails", _MINUTE),
    ("pictures-of-merchants", "saas.catalogue.merchants.clock.requeue_pictures", _MINUTE),
    ("mails-on-ads", "saas.catalogue.placements.clock.requeue_mails", _MINUTE),
    ("figures-of-the-week", "saas.catalogue.placements.clock.send_weekly", _HOUR),
    ("mails-on-offers", "saas.catalogue.offers.clock.requeue_mails", _MINUTE),
    ("mails-of-spaces", "tenants.community.members.clock.requeue_mails_everywhere", 5 * _MINUTE),
    ("leaving-companies", "tenants.community.members.clock.end_companies", 15 * _MINUTE),
    ("own-domains", "tenants.spaces.clock.check_domains", _MINUTE),
    ("proofs-of-spaces", "tenants.spaces.clock.prove_spaces", 5 * _MINUTE),
    ("stalled-operations", "tenants.spaces.clock.requeue_operations", 30),
    ("planned-deletions", "tenants.spaces.clock.end_spaces", 5 * _MINUTE),
    ("schemas", "tenants.spaces.clock.inspect_schemas", 5 * _MINUTE),
    ("boards", "tenants.community.classifieds.clock.sweep_boards", 10 * _MINUTE),
    (
        "gatherings",
        "tenants.community.gatherings.clock.remind_participants_everywhere",
        10 * _MINUTE,
    ),
    ("loans", "tenants.community.lending.clock.sweep_loans_everywhere", 5 * _MINUTE),
    ("shelves", "tenants.community.mediastore.clock.sweep_shelves", 5 * _MINUTE),
    ("rides", "tenants.community.rides.clock.sweep_rides_everywhere", 10 * _MINUTE),
    ("news", "tenants.community.notifications.clock.send_waiting_everywhere", 5 * _MINUTE),
    ("digests", "tenants.community.notifications.clock.send_digests_everywhere", 10 * _MINUTE),
    ("copies", "tenants.community.personal_data.clock.sweep_everywhere", 10 * _MINUTE),
    ("webhooks", "tenants.community.integrations.clock.send_due_everywhere", 3 * _MINUTE),
    ("searches", "tenants.community.search.clock.repeat_searches_everywhere", 10 * _MINUTE),
    ("messages", "tenants.community.conversations.clock.sweep_everywhere", 10 * _MINUTE),
    ("treaties", "tenants.community.treaties.clock.sync_treaties", 3 * _MINUTE),
    ("sign-ups", "saas.catalogue.merchants.clock.forget_old_signups", _HOUR),
    ("vat-numbers", "saas.catalogue.merchants.clock.check_vat_numbers", 5 * _MINUTE),
    ("silent-screens", "tenants.community.kiosk.clock.call_managers_everywhere", _HOUR),
    ("queues", "saas.console.clock.remind_operators", _MINUTE),
    ("counts", "tenants.community.neighbourhood.clock.gather_everywhere", _HOUR),
    ("refusals", "billing.clock.settle_refusals", 5 * _MINUTE),
    ("pictures-of-minutes", "billing.clock.draw_papers", _MINUTE),
    ("files-of-services", "saas.catalogue.city_services.clock.sweep_files", _MINUTE),
    ("statements-of-the-bank", "billing.clock.read_statements", _MINUTE),
    ("ads-unseen", "billing.clock.review_ads", 5 * _MINUTE),
    ("shares", "billing.clock.release_shares", _HOUR),
    ("calls", "billing.clock.resume_calls", _MINUTE),
    ("events", "billing.clock.sweep_events", _MINUTE),
    ("missed-events", "billing.clock.catch_up", 15 * _MINUTE),
    ("electronic-invoices", "billing.clock.exchange_einvoices", 15 * _MINUTE),
)
# In Paris time, after midnight in Paris and in UTC, and outside the hour that summer time skips or
# repeats: fetching jobs come first, then comparisons, and totals last.
_NIGHTLY = (
    ("lapsed-in-public", "saas.accounts.clock.forget", 3, 5),
    ("lapsed-in-spaces", "tenants.community.members.clock.forget", 3, 10),
    ("questions", "tenants.community.treaties.clock.forget_everywhere", 3, 15),
    (
        "files-of-messages",
        "tenants.community.conversations.clock.delete_lost_files_everywhere",
        3,
        22,
    ),
    ("files-of-people", "tenants.community.members.clock.delete_lost_files_everywhere", 3, 21),
    ("files-of-boards", "tenants.community.classifieds.clock.delete_lost_files_everywhere", 3, 20),
    ("files-of-things", "tenants.community.lending.clock.delete_lost_files_everywhere", 3, 22),
    ("old-news", "tenants.community.notifications.clock.forget_everywhere", 3, 24),
    ("programs", "tenants.community.integrations.clock.forget_everywhere", 3, 18),
    ("screens", "tenants.community.kiosk.clock.forget_everywhere", 3, 26),
    ("files-of-shelves", "tenants.community.mediastore.clock.delete_lost_files_everywhere", 3, 23),
    ("podcasts", "tenants.community.mediastore.clock.fetch_podcasts_everywhere", 3, 40),
    ("old-codes", "saas.catalogue.offers.clock.forget", 3, 7),
    ("old-reports", "saas.catalogue.placements.clock.forget", 3, 24),
    ("old-cases", "tenants.community.moderation.clock.forget_everywhere", 3, 23),
    ("retention", "tenants.community.personal_data.clock.forget_everywhere", 3, 28),
    ("head-counts", "tenants.spaces.clock.apply_head_counts", 3, 2),
    ("old-archives", "tenants.spaces.clock.remove_old_archives", 3, 25),
    ("unfinished-foundings", "tenants.spaces.clock.forget_unfinished_foundings", 3, 30),
    ("old-events", "billing.clock.forget_events", 3, 35),
    ("open-payments", "billing.clock.refetch_unsettled", 4, 0),
    ("reconciliation", "billing.clock.reconcile_balance", 4, 30),
    ("books", "billing.clock.close_books", 5, 0),
    ("council-bills", "billing.clock.bill_councils", 5, 15),
    ("council-mandates", "billing.clock.mail_mandate_ends", 5, 20),
    ("usage-of-month", "tenants.community.members.clock.report_month_everywhere", 5, 40),
    ("sums-of-month", "tenants.community.council.clock.report_month_everywhere", 5, 45),
    ("council-months", "tenants.community.neighbourhood.clock.refresh_everywhere", 5, 30),
)
# Jobs that may wait long for Stripe or VIES, in a queue without other jobs.
_CALLERS = (
    "saas.catalogue.merchants.tasks.check_vat_number",
    "billing.stripe.tasks.send_call",
    "billing.stripe.tasks.process_event",
    "billing.*.tasks.sync_*",
    "billing.councils.tasks.retry_reversal",
    "billing.councils.tasks.refetch_*",
    "billing.ledger.tasks.refetch_*",
    "billing.clock.catch_up",
    "billing.clock.exchange_einvoices",
    "billing.clock.refetch_unsettled",
    "billing.clock.reconcile_balance",
)
# Calls to servers chosen by users, neither ours nor Stripe's: such a server may hang.
_FETCHERS = (
    "tenants.community.notifications.tasks.push_*",
    "tenants.community.mediastore.tasks.fetch_feed",
    "tenants.community.integrations.tasks.deliver",
)
# A person waits for these mails, or they wake operators: nothing in the queue goes before them.
_FIRST = (
    "saas.accounts.tasks.mail_link_*",
    "saas.site.tasks.mail_spaces",
    "saas.catalogue.merchants.tasks.mail_confirmation",
    "tenants.community.members.tasks.mail_confirmation",
    "tenants.spaces.tasks.foundings.mail_*",
    "saas.console.tasks.mail_reminders",
)
# Jobs that queue all other work: they wait behind awaited mails, and behind no other job.
_CLOCKS = (
    "saas.monitoring.clock.*",
    "saas.console.clock.*",
    "saas.accounts.clock.*",
    "saas.catalogue.*.clock.*",
    "tenants.spaces.clock.*",
    "billing.clock.*",
)
# Many at once, and a quarter of an hour more is no loss.
_BULK = (
    "saas.catalogue.placements.tasks.mail_week",
    "tenants.community.notifications.tasks.*",
    "tenants.community.members.tasks.mail_roster",
    "tenants.community.*.tasks.delete_*",
    "tenants.community.*.clock.*",
    "tenants.community.personal_data.tasks.prepare",
    "tenants.community.mediastore.tasks.prepare",
)


def entries() -> dict[str, dict[str, Any]]:
    """Return all entries in the format of Celery's beat; a late entry expires before the next."""
    often = {
        name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
        for name, task, seconds in _EVERY
    }
    nightly = {
        name: {
            "task": task,
            "schedule": crontab(hour=hour, minute=minute),
            "options": {"expires": 12 * _HOUR},
        }
        for name, task, hour, minute in _NIGHTLY
    }
    return often | nightly


def often() -> list[str]:
    """Return the frequent entries, which Sentry does not monitor: `watch` reports for all.

    Sentry expects the others at their hour, and the entry `watch` each minute.
    """
    return [name for name, *_ in _EVERY if name != "watch"]


def routes() -> dict[str, dict[str, Any]]:
    """Return the queue of each job with a queue of its own, and its priority: 0 goes first."""
    return {
        "tenants.spaces.tasks.foundings.build_space": {"queue": "owner"},
        "tenants.spaces.tasks.life.*": {"queue": "owner"},
        "tenants.spaces.tasks.upkeep.*": {"queue": "owner"},
        **{name: {"queue": "calls", "priority": LATER} for name in _CALLERS},
        **{name: {"queue": "fetches", "priority": LATER} for name in _FETCHERS},
        "tenants.community.sso.tasks.*": {"queue": "fetches", "priority": FIRST},
        "saas.geocoding.tasks.look_up": {"queue": "fetches", "priority": FIRST},
        **{name: {"queue": "default", "priority": FIRST} for name in _FIRST},
        **{name: {"queue": "default", "priority": CLOCK} for name in _CLOCKS},
        **{name: {"queue": "default", "priority": LATER} for name in _BULK},
        "*": {"queue": "default", "priority": USUAL},
    }
