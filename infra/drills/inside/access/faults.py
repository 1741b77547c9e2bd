"""Ways to let the wrong person in, built in on purpose so that a drill shows that it sees them."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import F
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework import serializers

from infra.drills.inside.access.patches import replace, undoing
from infra.drills.inside.access.uploads.faults import UPLOADS
from saas.accounts import actions as accounts
from saas.accounts import auth, backends
from saas.accounts import queries as people
from saas.accounts import rules as passes
from saas.accounts.models import Pass, User
from saas.console.queries import things as console
from saas.kernel import cache, hooks, http
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.secrets import hashing
from saas.kernel.web import sessions
from tenants.community.classifieds import views as classifieds
from tenants.community.conversations.models import Conversation, Message
from tenants.community.conversations.queries import talks
from tenants.community.members.models import Invitation
from tenants.community.members.rules import membership as rules
from tenants.community.notifications.models import Notification
from tenants.community.notifications.queries import lists, readers

SLOWER_SECONDS = 0.2


def sign_in_not_asked() -> None:
    """Drop the sign-in check of all views; a single open view is refused at the start already."""
    replace(LoginRequiredMiddleware, "process_view", lambda *_args: None)


def role_check_dropped() -> None:
    """Drop the check for the role that a page requires."""
    replace(rules, "check_has_role", lambda _roles, *_wanted: None)


def object_check_dropped() -> None:
    """Find any conversation for anybody."""
    every = Conversation.objects.select_related
    replace(talks, "conversations_of", lambda _person: every("asker", "owner").all())


def method_opened() -> None:
    """Let the board answer any method."""
    replace(classifieds, "board", classifieds.board.__wrapped__)  # type: ignore[attr-defined]


def forbidden_instead_of_not_found() -> None:
    """Answer 403 instead of 404 to a user without the operator's role."""
    original = console.is_operator

    def refusing(user: User) -> bool:
        if not original(user):
            raise NotAllowed("Réservé.")
        return True

    replace(console, "is_operator", refusing)


def refusal_with_an_effect() -> None:
    """Write something before the person is refused."""
    original = rules.check_has_role

    def writing(roles: Any, *wanted: str) -> None:
        Invitation.objects.update(most_uses=F("most_uses") + 1)
        original(roles, *wanted)

    replace(rules, "check_has_role", writing)


def csrf_dropped() -> None:
    """Accept every form without a CSRF token."""
    replace(CsrfViewMiddleware, "process_view", lambda *_args: None)


def pass_replayed() -> None:
    """Let a pass that was used once be used again."""
    original = passes.check_usable

    def forgetful(entry: Pass | None, at: Any) -> Pass:
        if entry is not None:
            entry.used_at = None
        return original(entry, at)

    replace(passes, "check_usable", forgetful)


def pass_pressed_anywhere() -> None:
    """Take the press of any page for that of the page that was made for the pass."""
    replace(auth, "is_held_by", lambda _entry, _origin: True)


def lapsed_session_accepted() -> None:
    """Accept an expired session."""

    def find(self: Any) -> Any:
        row = self.model.objects.filter(session_key=self.session_key).first()
        if row is None:
            self._session_key = None
        return row

    replace(sessions.SessionStore, "_get_session_from_db", find)


def account_left_open() -> None:
    """Close an account and leave sessions, passes and password as they are."""
    replace(accounts, "shut", lambda *, person, **_: person)


def person_remembered() -> None:
    """Cache each user after the first read, as a cache of tokens would."""
    known: dict[int, User | None] = {}
    original = backends.ActivePersonBackend.get_user

    def remembering(self: Any, user_id: int) -> User | None:
        if known.get(user_id) is None:
            known[user_id] = original(self, user_id)
        return known[user_id]

    replace(backends.ActivePersonBackend, "get_user", remembering)


def passes_not_revoked() -> None:
    """Keep the passes of a leaver, and check only their date."""
    original = accounts.shut
    replace(passes, "check_usable", lambda entry, _at: entry)

    def restoring_passes(*, person: User, by: User, at: Any) -> User:
        passes_before = list(Pass.objects.filter(user=person, used_at=None))
        closed = original(person=person, by=by, at=at)
        Pass.objects.bulk_create(passes_before)
        return closed

    replace(accounts, "shut", restoring_passes)


def session_comes_back() -> None:
    """Close an account by its flag alone, so that old sessions live again when it is reopened."""

    def flag_only(*, person: User, by: User, at: Any) -> User:  # noqa: ARG001 - the action's form
        person.is_active = False
        person.save(update_fields=["is_active"])
        return person

    replace(accounts, "shut", flag_only)


def withdrawn_invitation_opens() -> None:
    """Let a link that was withdrawn open the space."""
    replace(rules, "check_invitation", lambda invitation, _at: invitation)


def mail_to_leaver_sent() -> None:
    """Send the queued mails to a leaver."""
    every = Message.objects.select_related
    related = ("author", "conversation", "conversation__asker", "conversation__owner")
    replace(
        talks,
        "take_message_to_notify",
        lambda message_id: every(*related).filter(pk=message_id).first(),
    )
    people, rows = User.objects, Notification.objects
    replace(readers, "readers", lambda ids: readers.with_choices(people.filter(pk__in=ids)))
    replace(
        lists, "waiting_mails", lambda **_at: rows.filter(mailed_at=None).select_related("person")
    )


def page_cached() -> None:
    """Answer a page again from memory, by its address and the browser's cookie."""
    known: dict[tuple[str, str], Any] = {}
    original = http.HeadMiddleware.__call__

    def remembering(self: Any, request: Any) -> Any:
        key = (request.get_full_path(), request.headers.get("Cookie", ""))
        if request.method == "GET" and key in known:
            return known[key]
        response = original(self, request)
        if request.method == "GET" and response.status_code == 200:  # noqa: PLR2004 - all is well
            known[key] = response
        return response

    replace(http.HeadMiddleware, "__call__", remembering)


def messages_lost() -> None:
    """Delete a member's messages to others when they leave."""
    hooks.member_left.offer("fault", lambda person, _at: _delete_messages(person))
    undoing.append(lambda: hooks.member_left.offer("fault", lambda _person, _at: None))


def _delete_messages(person: User) -> None:
    Message.objects.filter(author=person).delete()


def numbers_unchecked() -> None:
    """Take numbers of requests to the API as they are written."""
    replace(serializers.IntegerField, "to_internal_value", lambda _field, data: int(data))


def hash_skipped() -> None:
    """Refuse an unknown address at once, without the hash that a known address takes."""
    replace(hashing, "hash_password", lambda _password: "")


def other_sentence() -> None:
    """Reveal that only the password of a known address is wrong."""
    original = accounts.recognise

    def telling(*, email: str, **given: Any) -> User:
        try:
            return original(email=email, **given)
        except Refused as refusal:
            if people.person_at(email):
                raise Refused("Ce mot de passe n’est pas le vôtre.") from refusal
            raise

    replace(accounts, "recognise", telling)


def mail_queued_for_known() -> None:
    """Queue the job of a link only where the address has an account."""
    original = vars(accounts)["after_commit"]

    def queue(job: Any, pass_id: int) -> None:
        if Pass.objects.get(pk=pass_id).user_id:
            original(job, pass_id)

    replace(accounts, "after_commit", queue)


def slower_for_known() -> None:
    """Take a moment longer over an address that has an account."""
    original = people.person_at

    def slow(email: str) -> User | None:
        found = original(email)
        time.sleep(SLOWER_SECONDS if found else 0)
        return found

    replace(people, "person_at", slow)


def account_unlimited() -> None:
    """Allow any number of passwords at a single address."""
    own = {"signin", "signin_address", "signin_device"}
    _limit_otherwise(lambda name, key: "" if name in own else key)


def network_unlimited() -> None:
    """Allow any number of passwords from a single network."""
    _limit_otherwise(lambda name, key: "" if name == "signin_network" else key)


def limit_of_known_only() -> None:
    """Count the tries of addresses that have an account, and no others."""
    _limit_otherwise(lambda name, key: key if name != "signin" or _person_of(key) else "")


def success_starts_anew() -> None:
    """Reset an account's count at every sign-in of its person."""

    def since(name: str, key: str) -> str:
        person = _person_of(key) if name == "signin" else None
        return f"{key}:{person.last_login}" if person else key

    _limit_otherwise(since)


def _person_of(key: str) -> User | None:
    """Return the person of a key that begins with an address."""
    return people.person_at(key.partition(":")[0])


def _limit_otherwise(key_of: Callable[[str, str], str]) -> None:
    original = accounts._check_limit  # noqa: SLF001 - a fault of the product

    def check(limit: passes.Limit) -> None:
        if counted := key_of(limit.name, limit.key):
            original(limit._replace(key=counted))

    replace(accounts, "_check_limit", check)


def strangers_lock_owners_out() -> None:
    """Count the tries of an address whatever network and device they come from."""
    own = {"signin", "signin_device", "link", "link_device"}

    def by_address(name: str, key: str) -> str:
        return key.partition(":")[0] if name in own else key

    _limit_otherwise(by_address)


def office_shut_out() -> None:
    """Limit an office to the tries of a single attacker."""
    replace(passes, "TRIES_OF_A_NETWORK", 100)


def launch_refused() -> None:
    """Limit the newcomers of an office to the links of a single attacker."""
    replace(passes, "LINKS_OF_A_NETWORK", 100)


def limit_of_one_process() -> None:
    """Count in the memory of each process."""
    counts: Counter[str] = Counter()

    def count(name: str, *, seconds: int) -> int:  # noqa: ARG001 - the store's form
        counts[name] += 1
        return counts[name]

    replace(cache, "counted", count)


PERMISSIONS = (
    sign_in_not_asked,
    role_check_dropped,
    object_check_dropped,
    method_opened,
    forbidden_instead_of_not_found,
    refusal_with_an_effect,
    csrf_dropped,
    pass_replayed,
    pass_pressed_anywhere,
    lapsed_session_accepted,
)
LEAVER = (
    account_left_open,
    person_remembered,
    passes_not_revoked,
    session_comes_back,
    withdrawn_invitation_opens,
    mail_to_leaver_sent,
    page_cached,
    messages_lost,
)
LOGIN = (
    hash_skipped,
    other_sentence,
    mail_queued_for_known,
    slower_for_known,
    account_unlimited,
    network_unlimited,
    limit_of_known_only,
    success_starts_anew,
    office_shut_out,
    launch_refused,
    limit_of_one_process,
    strangers_lock_owners_out,
)
FAULTS: dict[str, Callable[[], None]] = {
    planted.__name__: planted
    for planted in (*PERMISSIONS, *LEAVER, *LOGIN, *UPLOADS, numbers_unchecked)
}


def build_in_instead(plant: str) -> None:
    """Replace the planted faults by these, separated by commas, while a process runs.

    Objects that Django binds at the start (middleware for views, views of addresses) do not change.
    """
    while undoing:
        undoing.pop()()
    for name in filter(None, plant.split(",")):
        FAULTS[name]()
