"""Jobs queued after a commit: the job that queues each again if the broker died, or why not.

A job is identified by the file that queues it and by its name. The entry names a function of a
clock that finds due work, or gives the reason why the job may be lost.
"""

FOUND_BY = {
    "billing.clock.reconcile_balance": [
        ("billing/ledger/actions/cases.py", "tasks.refetch_case"),
        ("billing/ledger/actions/manual.py", "tasks.refetch_case"),
        ("saas/console/books/views.py", "clock.reconcile_balance"),
    ],
    "billing.clock.draw_papers": [
        ("billing/councils/actions/mandates.py", "tasks.draw_paper"),
    ],
    "billing.clock.read_statements": [
        ("billing/ledger/actions/bank.py", "tasks.read_statement"),
    ],
    "billing.clock.refetch_unsettled": [
        ("billing/orders/actions/subscriptions.py", "tasks.sync_subscription"),
        ("billing/views.py", "tasks.sync_payment"),
        ("tenants/community/council/views/account.py", "tasks.sync_account"),
    ],
    "billing.clock.release_shares": [
        ("billing/councils/actions/councils.py", "tasks.release_council"),
        ("billing/councils/actions/mandates.py", "tasks.release_council"),
        ("saas/console/sales/money_views.py", "tasks.release_council"),
    ],
    "billing.clock.resume_calls": [
        ("billing/adjustments/actions/disputes.py", "tasks.send_call"),
        ("billing/adjustments/actions/refunds.py", "mail_refund"),
        ("billing/adjustments/actions/refunds.py", "tasks.send_call"),
        ("billing/councils/actions/accounts.py", "mail_council_notice"),
        ("billing/councils/actions/accounts.py", "tasks.send_call"),
        ("billing/councils/actions/mandates.py", "tasks.mail_council_notice"),
        ("billing/councils/actions/notices.py", "tasks.mail_council_notice"),
        ("billing/councils/actions/requirements.py", "tasks.mail_council_notice"),
        ("billing/councils/actions/statements.py", "tasks.render_statement"),
        ("billing/orders/actions/checkout.py", "tasks.send_call"),
        ("billing/orders/actions/customers.py", "tasks.send_call"),
        ("billing/orders/actions/links.py", "tasks.send_call"),
        ("billing/orders/actions/subscriptions.py", "send_call"),
        ("billing/stripe/actions/operators.py", "tasks.send_call"),
    ],
    "billing.clock.settle_refusals": [
        ("billing/adjustments/actions/refusals.py", "settle_refusals")
    ],
    "billing.clock.sweep_events": [
        ("billing/stripe/actions/inbox.py", "tasks.process_event"),
        ("billing/stripe/actions/operators.py", "tasks.process_event"),
    ],
    "saas.accounts.clock.requeue_links": [
        ("saas/accounts/actions.py", "tasks.mail_link_of_public"),
        ("saas/accounts/notices/actions.py", "tasks.mail_notices_of_public"),
    ],
    "saas.catalogue.city_services.clock.sweep_files": [
        ("saas/catalogue/city_services/actions.py", "tasks.read_file"),
    ],
    "saas.catalogue.merchants.clock.check_vat_numbers": [
        ("saas/catalogue/merchants/actions/shops.py", "tasks.check_vat_number"),
        (
            "saas/catalogue/merchants/tasks.py",
            "send(check_vat_number, merchant.pk, after_seconds=wait)",
        ),
    ],
    "saas.catalogue.merchants.clock.requeue_pictures": [
        ("saas/catalogue/merchants/actions/pictures.py", "tasks.draw_picture"),
    ],
    "saas.catalogue.merchants.clock.requeue_mails": [
        ("saas/catalogue/merchants/actions/shops.py", "tasks.mail_confirmation"),
        ("saas/catalogue/merchants/tasks.py", "mail_vat_refusal"),
        ("saas/catalogue/merchants/actions/shops.py", "tasks.mail_shop_decision"),
        ("saas/catalogue/merchants/actions/corrections.py", "tasks.mail_correction"),
        ("saas/catalogue/merchants/actions/people.py", "tasks.mail_join_request"),
        ("saas/catalogue/merchants/actions/people.py", "tasks.mail_join_answer"),
        ("saas/catalogue/merchants/actions/team.py", "tasks.mail_invitation"),
    ],
    "saas.catalogue.offers.clock.requeue_mails": [
        ("saas/catalogue/offers/actions.py", "tasks.mail_decision")
    ],
    "saas.catalogue.placements.clock.requeue_mails": [
        ("saas/catalogue/placements/actions/refusals.py", "tasks.mail_departure"),
        ("saas/catalogue/placements/actions/reports.py", "tasks.mail_answer"),
        ("saas/catalogue/placements/actions/reviews.py", "tasks.mail_decision"),
    ],
    "tenants.community.classifieds.clock.delete_lost_files_everywhere": [
        ("tenants/community/classifieds/actions.py", "tasks.delete_files")
    ],
    "tenants.community.classifieds.clock.sweep_board": [
        ("tenants/community/classifieds/actions.py", "tasks.prepare_picture")
    ],
    "tenants.community.conversations.clock.delete_lost_files_everywhere": [
        ("tenants/community/conversations/actions.py", "tasks.delete_files")
    ],
    "tenants.community.conversations.clock.requeue_messages": [
        ("tenants/community/conversations/actions.py", "tasks.mail_message")
    ],
    "tenants.community.conversations.clock.sweep_pictures": [
        ("tenants/community/conversations/actions.py", "tasks.prepare_picture")
    ],
    "tenants.community.integrations.clock.send_due": [
        ("tenants/community/integrations/actions.py", "tasks.deliver"),
        ("tenants/community/integrations/tasks.py", "on_commit"),
    ],
    "tenants.community.lending.clock.delete_lost_files_everywhere": [
        ("tenants/community/lending/actions/things.py", "tasks.delete_files")
    ],
    "tenants.community.lending.clock.sweep_loans": [
        ("tenants/community/lending/actions/things.py", "tasks.prepare_picture"),
    ],
    "tenants.community.mediastore.clock.sweep_shelf": [
        ("tenants/community/mediastore/actions/shelving.py", "tasks.delete_files_of"),
        ("tenants/community/mediastore/actions/shelving.py", "tasks.fetch_feed"),
        ("tenants/community/mediastore/actions/shelving.py", "tasks.prepare"),
    ],
    "tenants.community.members.clock.delete_lost_files_everywhere": [
        ("tenants/community/members/actions/card.py", "tasks.delete_files")
    ],
    "tenants.community.members.clock.requeue_mails": [
        ("saas/accounts/actions.py", "tasks.mail_link_of_a_space"),
        ("saas/accounts/notices/actions.py", "tasks.mail_notices_of_a_space"),
        ("tenants/community/members/actions/by_groups.py", "tasks.mail_role"),
        ("tenants/community/members/actions/card.py", "tasks.prepare_portrait"),
        ("tenants/community/members/actions/claims.py", "tasks.mail_answer"),
        ("tenants/community/members/actions/claims.py", "tasks.mail_claim"),
        ("tenants/community/members/actions/council.py", "tasks.mail_council_change"),
        ("tenants/community/members/actions/council.py", "tasks.mail_role"),
        ("tenants/community/members/actions/leaving.py", "tasks.mail_departure"),
        ("tenants/community/members/actions/membership.py", "tasks.mail_confirmation"),
        ("tenants/community/members/actions/membership.py", "tasks.mail_role"),
        ("tenants/community/members/actions/launching.py", "tasks.mail_roster"),
        ("tenants/community/members/actions/roster.py", "tasks.mail_roster"),
        ("tenants/community/members/actions/roster.py", "tasks.read_roster"),
        ("tenants/community/members/forms/mail_domains.py", "tasks.mail_domain_change"),
    ],
    "tenants.community.neighbourhood.clock.gather": [
        ("tenants/community/neighbourhood/clock.py", "send(take_answers, space=schema_name)")
    ],
    "tenants.community.neighbourhood.clock.refresh_everywhere": [
        ("billing/councils/settlement/council_months.py", "_ask(name, day)"),
        ("tenants/community/neighbourhood/clock.py", "refresh_council_month"),
    ],
    "tenants.community.notifications.clock.send_waiting_everywhere": [
        ("tenants/community/notifications/actions.py", "tasks.mail_event"),
        ("tenants/community/notifications/actions.py", "tasks.push_event"),
    ],
    "tenants.community.personal_data.clock.sweep": [
        ("tenants/community/personal_data/actions.py", "tasks.mail_erasure"),
        ("tenants/community/personal_data/actions.py", "tasks.prepare"),
    ],
    "tenants.community.treaties.clock.sync_shared_items": [
        ("tenants/community/treaties/actions.py", "tasks.send_question"),
        ("tenants/community/treaties/apps.py", "tasks.publish"),
        ("tenants/community/treaties/forms/deciding.py", "tasks.publish"),
    ],
    "tenants.community.treaties.clock.sync_treaties": [
        (
            "tenants/community/treaties/forms/deciding.py",
            "send(tasks.apply_decision, reference, space=other)",
        ),
        ("tenants/community/treaties/forms/deciding.py", "tasks.delete_closed_copies"),
    ],
    "tenants.spaces.clock.check_domains": [
        ("tenants/spaces/actions/addresses.py", "tasks.check_claim"),
        ("tenants/spaces/actions/email_domains.py", "tasks.mail_domain_link"),
        ("tenants/spaces/tasks/addresses.py", "mail_lost"),
        ("tenants/spaces/tasks/addresses.py", "mail_missing"),
        ("tenants/spaces/tasks/foundings.py", "mail_domain_link"),
    ],
    "tenants.spaces.clock.prove_spaces": [
        ("tenants/spaces/actions/standing.py", "tasks.check_space"),
        (
            "tenants/spaces/actions/standing.py",
            "send(tasks.mail_decision, standing.pk, space=name)",
        ),
        ("tenants/spaces/tasks/standing.py", "mail_decision"),
    ],
    "tenants.spaces.clock.remove_old_archives": [
        ("tenants/spaces/actions/life.py", "tasks.remove_old_archives")
    ],
    "tenants.spaces.clock.requeue_founder_mails": [
        ("tenants/spaces/actions/foundings.py", "tasks.mail_link"),
        ("tenants/spaces/tasks/foundings.py", "mail_ready"),
    ],
    "tenants.spaces.clock.requeue_foundings": [
        ("tenants/spaces/actions/foundings.py", "tasks.build_space")
    ],
    "tenants.spaces.clock.end_spaces": [("tenants/spaces/actions/deletions.py", "tasks.mail_end")],
    "tenants.spaces.clock.apply_head_counts": [
        ("tenants/spaces/actions/corrections.py", "tasks.apply_head_counts")
    ],
    "tenants.spaces.clock.requeue_operations": [
        ("tenants/spaces/actions/life.py", "tasks.carry_out")
    ],
}
FOUND_AGAIN = {job: clock for clock, jobs in FOUND_BY.items() for job in jobs}
MAY_BE_LOST = {
    ("tenants/community/neighbourhood/clock.py", "fan_out(move_marks, double, into)"): (
        "a member may recommend or follow the shop that stays, whose page is in their list"
    ),
    (
        "tenants/community/neighbourhood/actions.py",
        "live.note_seen(sorted(counted), person_id=by.pk, day=day)",
    ): "a member may see a placement once more that day; its views are counted by then",
    ("saas/geocoding/actions.py", "tasks.look_up"): (
        "the form asks again with the next letter, and after twenty seconds for the same text"
    ),
    ("tenants/community/sso/actions.py", "tasks.exchange"): (
        "the page that waits says after some seconds that the provider is silent"
    ),
    ("tenants/community/sso/actions.py", "tasks.read_metadata"): (
        "the page that waits says after some seconds to paste them once more"
    ),
    ("tenants/community/sso/actions.py", "tasks.describe"): (
        "the page that waits says after some seconds that the provider is silent"
    ),
    ("tenants/community/conversations/actions.py", "tasks.mail_reply_warning"): (
        "whoever answered by mail sees in the conversation that nothing came"
    ),
    ("tenants/community/kiosk/actions/screens.py", "polling.forget(token_hash)"): (
        "the room itself is asked again within a minute and a half"
    ),
    ("saas/kernel/revision.py", "functools.partial(_renew_of, name)"): (
        "what screens play is put together anew each minute"
    ),
    ("saas/kernel/revision.py", "renew"): "what screens play is put together anew each minute",
    ("saas/kernel/private_pictures.py", "functools.partial(delete_files, name)"): (
        "each room looks for the files of pictures that are no more, every night"
    ),
    ("billing/ledger/actions/bank.py", "partial(default_storage.delete, statement.file)"): (
        "a statement that was dropped stays at a name that nobody is told"
    ),
    ("tenants/community/personal_data/actions.py", "default_storage.delete(name)"): (
        "the file of a copy that is gone stays at a name that nobody is told"
    ),
    ("saas/catalogue/merchants/actions/people.py", "default_storage.delete(before)"): (
        "a paper that was replaced stays at a name that only operators are told"
    ),
    ("saas/catalogue/merchants/actions/shops.py", "pictures.discard(before)"): (
        "a picture of the shop that was public until now stays at a name that nobody is told"
    ),
    ("tenants/community/treaties/actions.py", "take_back"): (
        "the letter is handed over within minutes, or deleted by the clock of the treaties"
    ),
    ("tenants/community/treaties/forms/deciding.py", "queries.forget"): (
        "each process forgets by itself within seconds"
    ),
    ("tenants/spaces/hosts.py", "_call_back"): "each process looks again after ten seconds",
    ("infra/drills/inside/jobs.py", "leave_a_row"): "a drill counts what arrives",
}
