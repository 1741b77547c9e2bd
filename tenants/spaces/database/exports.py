"""Columns in an administrator's copy of a space.

A new table or column is excluded until it is listed here. A test compares these lists with the
models, so that each column is either included or excluded for a reason.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connections, transaction
from psycopg import sql

from tenants.spaces.database import export_rows
from tenants.spaces.database.cells import directory

SHOWN: dict[str, tuple[str, ...]] = {
    "accounts_user": (
        *("id", "reference", "email", "first_name", "last_name"),
        *("language", "is_active", "created_at"),
    ),
    "members_profile": (
        *("id", "user_id", "company_id", "site_id", "joined_by", "joined_at", "leaves_on"),
    ),
    "members_role": (
        *("id", "user_id", "role", "company_id"),
        *("given_at", "given_by_id", "provider_id", "ends_on"),
    ),
    "members_councilchange": (
        *("id", "user_id", "what", "right", "role", "company_id"),
        *("by_id", "by_name", "paper", "reason", "at"),
    ),
    "members_closingrequest": (
        *("id", "user_id", "state", "asked_by_id", "asked_at", "decided_at", "decided_by_id"),
    ),
    "members_removedidea": ("id", "key", "removed_at"),
    "members_invitation": (
        *("id", "company_id", "made_by_id", "made_at", "expires_at"),
        *("most_uses", "uses", "withdrawn_at"),
    ),
    "members_companyclaim": (
        *("id", "user_id", "company_id", "state", "asked_at", "decided_at", "decided_by_id"),
    ),
    "members_departure": (
        *("id", "user_id", "closed_at", "closed_by_id", "reopened_at", "reopened_by_id"),
    ),
    "classifieds_availability": (
        *("id", "classified_id", "weekday", "starts_minute", "ends_minute"),
    ),
    "classifieds_classified": (
        *(
            "id",
            "reference",
            "kind",
            "service",
            "title",
            "description",
            "price_cents",
            "price_unit",
        ),
        *("site_id", "place", "author_id", "created_at", "expires_at", "closed_at", "outcome"),
        *("audience", "company_id", "on_screens"),
    ),
    "classifieds_picture": (
        *("id", "classified_id", "uploader_id", "position", "state", "name"),
        *("width", "height", "uploaded_at"),
    ),
    "moderation_charter": (
        *("id", "version", "text", "published_at", "published_by_id", "binding_at"),
    ),
    "deals_deal": (
        *("id", "reference", "category", "title", "description", "code", "link", "ends_on"),
        *("author_id", "created_at", "closed_at", "working_count", "failing_count", "on_screens"),
    ),
    "gatherings_series": ("id", "rhythm", "ends_on"),
    "gatherings_gathering": (
        *("id", "reference", "series_id", "kind", "title", "description", "site_id", "place"),
        *("starts_at", "ends_at", "places", "taken", "organiser_id", "audience", "company_id"),
        *("created_at", "changed_at", "cancelled_at", "on_screens"),
    ),
    "lending_thing": (
        *("id", "reference", "title", "description", "condition", "whereabouts", "place"),
        *("site_id", "deposit", "longest_minutes", "lends_at_once", "owner_id", "of_council"),
        *("company_id", "audience", "created_at", "withdrawn_at", "on_screens"),
    ),
    "lending_lendingpicture": (
        *("id", "thing_id", "uploader_id", "position", "state", "name"),
        *("width", "height", "uploaded_at"),
    ),
    "rides_ride": (
        *("id", "reference", "author_id", "role", "way", "site_id", "seats", "price_cents"),
        *("note", "weekdays", "audience", "company_id", "created_at", "closed_at"),
    ),
    "rides_departure": ("id", "ride_id", "starts_at", "seats", "taken", "cancelled_at"),
    "kiosk_screen": (
        *("id", "reference", "name", "site_id", "group", "turn", "is_quiet", "is_touched"),
        *("paired_by_id", "paired_at", "alive_at"),
    ),
    "kiosk_daypart": (
        *("id", "reference", "name", "weekdays", "starts_minute", "ends_minute", "mode"),
        *("weights", "group", "position", "made_by_id", "made_at"),
    ),
    "kiosk_screenmessage": (
        *("id", "reference", "origin", "title", "note", "group", "is_urgent", "starts_at"),
        *("ends_at", "author_id", "made_at", "withdrawn_at"),
    ),
    "kiosk_arrangement": (
        *("id", "kind", "reference", "is_hidden", "weight", "position", "set_by_id", "set_at"),
    ),
    "kiosk_play": (
        *("id", "screen_reference", "screen_name", "kind", "slide_reference"),
        *("flight_reference", "shown_at", "day", "seconds"),
    ),
    "mediastore_medium": (
        *("id", "reference", "kind", "provider", "title", "creator", "language", "description"),
        *("transcript", "access", "copies", "borrowed_count", "loan_days", "ends_on", "feed"),
        *("upload", "state", "failure", "added_by_id", "added_at", "fetched_at", "withdrawn_at"),
    ),
    "mediastore_part": (
        *("id", "medium_id", "number", "kind", "title", "text", "file", "content_type"),
        *("width", "height", "key", "published_at"),
    ),
    "mediastore_sponsoring": ("id", "places", "changed_at"),
    "mediastore_sponsorship": ("id", "flight_reference", "medium_id", "chosen_at"),
    "mediastore_illustration": ("id", "medium_id", "number", "file"),
    "council_refusalact": ("id", "refusal_reference", "what", "by_id", "at"),
    "neighbourhood_councilmonth": (
        *("id", "month", "campaign_reference", "merchant_name", "brought_cents", "by_council"),
    ),
}

_MAIL_SENT = "when a letter went out"
_PRIVATE = "what people write to each other is theirs alone"
_DRAFT = "what somebody has typed and not posted is theirs"
_BETWEEN_TWO = "who borrows what from whom is between the two of them"
_OF_A_SCREEN = "what a device is told or says of itself"
_CARD = "who sees it is the member's own choice"
_ACCEPTED = "between the member and Troovon"
_JUDGED = "between moderators and the people concerned"
_SEARCHED = "what somebody looks for or keeps is theirs"
_TRIED = "how often a file was tried: nothing about the space"
_TWICE = "tells a form that was sent twice, and nothing about the space"
LEFT_OUT: dict[str, str] = {
    "accounts_pass": "a mailed link signs somebody in",
    "accounts_secondfactor": "the secret of a person's authenticator app",
    "django_session": "an open session is somebody's",
    "members_joinrequest": "a token's hash, and addresses of people who have not joined",
    "members_provisioned": "the directory's own key of a person is the company's",
    "members_rosterupload": "addresses of people who have not joined, for a day",
    "conversations_block": _PRIVATE,
    "conversations_conversation": _PRIVATE,
    "conversations_meeting": _PRIVATE,
    "conversations_message": _PRIVATE,
    "conversations_picture": _PRIVATE,
    "members_profile.team": _CARD,
    "members_profile.about": _CARD,
    "members_profile.languages": _CARD,
    "members_profile.team_seen": _CARD,
    "members_profile.about_seen": _CARD,
    "members_profile.picture_seen": _CARD,
    "members_profile.site_seen": _CARD,
    "members_profile.languages_seen": _CARD,
    "members_profile.offers_seen": _CARD,
    "members_profile.thanks_seen": _CARD,
    "members_profile.found_as": _CARD,
    "members_profile.found_answered_at": _CARD,
    "members_profile.hidden_at": _JUDGED,
    "members_profile.cgu_version": _ACCEPTED,
    "members_profile.cgu_digest": _ACCEPTED,
    "members_profile.cgu_accepted_at": _ACCEPTED,
    "members_portrait": _CARD,
    "moderation_case": _JUDGED,
    "moderation_report": _JUDGED,
    "moderation_decision": _JUDGED,
    "moderation_appeal": _JUDGED,
    "moderation_logline": _JUDGED,
    "moderation_charteracceptance": _JUDGED,
    "classifieds_revision": _JUDGED,
    "classifieds_classified.hidden_at": _JUDGED,
    "deals_deal.hidden_at": _JUDGED,
    "gatherings_gathering.hidden_at": _JUDGED,
    "rides_ride.hidden_at": _JUDGED,
    "lending_thing.hidden_at": _JUDGED,
    "mediastore_medium.hidden_at": _JUDGED,
    "deals_vote": "who found what is theirs: the space shows totals alone",
    "deals_deal.idempotency_key": _TWICE,
    "mediastore_medium.idempotency_key": _TWICE,
    "mediastore_medium.attempts": _TRIED,
    "classifieds_picture.attempts": _TRIED,
    "lending_lendingpicture.attempts": _TRIED,
    "mediastore_passcode": "a code opens a museum to whoever has it",
    "mediastore_borrowing": "what somebody reads is theirs",
    "mediastore_waiting": "what somebody reads is theirs",
    "mediastore_progress": "what somebody reads is theirs",
    "members_thanks": "who thanks whom is theirs: a page shows totals alone",
    "search_savedsearch": _SEARCHED,
    "search_searchhit": _SEARCHED,
    "search_favourite": _SEARCHED,
    "treaties_question": _PRIVATE,
    "treaties_hiddenitem": _JUDGED,
    "members_draft": _DRAFT,
    "lending_loan": _BETWEEN_TWO,
    "lending_waitinglistentry": _BETWEEN_TWO,
    "lending_damagenote": _BETWEEN_TWO,
    "lending_lendingpicture.damage_note_id": _BETWEEN_TWO,
    "lending_thing.idempotency_key": _TWICE,
    "personal_data_dataexport": "a member's copy is theirs",
    "personal_data_erasure": "who wishes to be erased is theirs",
    "personal_data_logentry": "who looked at what is kept of somebody is theirs to read",
    "integrations_apitoken": "a token's hash, and what somebody's programs may do",
    "integrations_idempotentrequest": _TWICE,
    "integrations_webhookendpoint": "its nonce makes the secret that signs",
    "integrations_webhookevent": "told elsewhere already, and kept for a month",
    "integrations_webhookdelivery": "told elsewhere already, and kept for a month",
    "integrations_webhookattempt": "told elsewhere already, and kept for a month",
    "sso_provider": "with its secret somebody passes for us at the company's provider",
    "sso_identity": "whom the provider knows somebody as is theirs",
    "neighbourhood_dailysalt": "with it, counts lead to members",
    "neighbourhood_offersalt": "with it, codes at tills lead to members",
    "neighbourhood_heldvoucher": "who takes which offer is theirs",
    "neighbourhood_memberreport": _JUDGED,
    "neighbourhood_shopmark": "who follows which shop is theirs",
    "neighbourhood_placementevent": "who saw an ad: the space shows totals alone",
    "accounts_user.password": "a hash: people sign in with it",
    "accounts_user.last_login": "when somebody comes is theirs",
    "accounts_user.theme": "how somebody reads is theirs",
    "accounts_user.password_by_link": "how a person chose their password is theirs",
    "accounts_user.notices": "mails about a person's ways in, until they are sent",
    "rides_booking": "with whom somebody rides is theirs",
    "rides_ride.place": "about where somebody lives is theirs",
    "rides_ride.distance_km": "about where somebody lives is theirs",
    "rides_ride.bearing": "about where somebody lives is theirs",
    "rides_ride.idempotency_key": _TWICE,
    "kiosk_pairing": "whoever has it claims a screen",
    "kiosk_screen.token_hash": _OF_A_SCREEN,
    "kiosk_screen.play_secret": _OF_A_SCREEN,
    "kiosk_screen.instance": _OF_A_SCREEN,
    "kiosk_screen.version": _OF_A_SCREEN,
    "kiosk_screen.slide": _OF_A_SCREEN,
    "kiosk_screen.size": _OF_A_SCREEN,
    "kiosk_screen.waiting_plays": _OF_A_SCREEN,
    "kiosk_screen.trouble": _OF_A_SCREEN,
    "kiosk_screen.overdue_seconds": _OF_A_SCREEN,
    "kiosk_play.key": _TWICE,
    "kiosk_play.received_at": _OF_A_SCREEN,
    "gatherings_participation": "where somebody goes in their free time is theirs",
    "gatherings_budgetline": "the money of one company: a page shows it to that company alone",
    "gatherings_calendarlink": "its token reads somebody's calendar",
    "gatherings_gathering.idempotency_key": _TWICE,
    "notifications_notification": "what somebody is told is theirs",
    "notifications_digest": _MAIL_SENT,
    "notifications_switch": "how somebody wishes to be told is theirs",
    "notifications_habits": "when somebody comes and rests is theirs",
    "notifications_device": "with its keys somebody's browser is reached",
    "members_role.mailed_at": _MAIL_SENT,
    "members_councilchange.mailed_at": _MAIL_SENT,
    "members_invitation.code": "whoever has it joins",
    "members_companyclaim.asked_mailed_at": _MAIL_SENT,
    "members_companyclaim.answer_mailed_at": _MAIL_SENT,
    "members_departure.mailed_at": _MAIL_SENT,
    "classifieds_classified.reminded_at": _MAIL_SENT,
    "classifieds_classified.closed_with_id": "with whom somebody came to terms is theirs",
    "classifieds_classified.reserved_for_id": "with whom somebody came to terms is theirs",
    "classifieds_classified.idempotency_key": _TWICE,
}


class Written(NamedTuple):
    """How many rows of each table were written, and the stored files that they name."""

    rows: dict[str, int]
    files: frozenset[str]

    def names(self, file: str) -> bool:
        """Return True if a row contains the file, or the picture that the file is a width of."""
        return file in self.files or file.rpartition("-")[0] in self.files


def file_of(folder: Path, table: str) -> Path:
    """Return the path of a table's rows in a folder."""
    return folder / f"{table}.jsonl"


def write(name: str, folder: Path, alias: str = "owner") -> Written:
    """Write the rows visible to every member into a folder, from a single snapshot.

    Each table is a file, each row a line of JSON.
    """
    alias = directory.alias_of(name, alias)
    # Enter the schema first: otherwise its query would be the first of the transaction.
    connections[alias].cursor().close()
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        rows = {
            table: _write(cursor, export_rows.select(name, table, columns), file_of(folder, table))
            for table, columns in SHOWN.items()
        }
    return Written(rows, frozenset(_files_named(folder)))


def _write(cursor: Any, select: sql.Composed, to: Path) -> int:
    statement = sql.SQL("COPY (SELECT row_to_json(r) FROM ({}) r) TO STDOUT").format(select)
    rows = 0
    with to.open("w", encoding="utf-8") as file, cursor.copy(statement) as copy:
        for (line,) in copy.rows():
            file.write(f"{line}\n")
            rows += 1
    return rows


def _files_named(folder: Path) -> Iterator[str]:
    for table, column in export_rows.FILES.items():
        with file_of(folder, table).open(encoding="utf-8") as lines:
            yield from (named for line in lines if (named := json.loads(line)[column]))
