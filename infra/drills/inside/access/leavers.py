"""A member that leaves while their phone, laptop and API program send requests."""

import dataclasses
import datetime as dt
from http import HTTPStatus
from urllib.parse import urlencode

from django.utils import timezone

from infra.drills.inside.access.people import HOME, World, session_of
from infra.drills.inside.access.touring import Answer, Try
from infra.drills.inside.access.web_client import WebClient
from saas.accounts import actions as accounts
from saas.accounts.access import SPACE
from saas.accounts.models import Pass, User
from saas.accounts.rules import SignInHost, token_for
from saas.commands.access.routes import address
from saas.commands.access.table import TABLE
from saas.kernel import schema
from saas.kernel.tasks import SCHEMA_HEADER
from saas.kernel.values import legal
from saas.site.queries import outbox
from tenants.community.classifieds import actions as classifieds
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.rules import Offer
from tenants.community.conversations import tasks as conversations
from tenants.community.conversations.models import Conversation, Message
from tenants.community.members import tasks as member_tasks
from tenants.community.members.actions import membership as members
from tenants.community.members.models import JoinRequest, Profile, Role
from tenants.community.members.queries import people as queries
from tenants.community.members.rules.membership import JOINING
from tenants.community.notifications.models import Notification
from tenants.community.notifications.tasks import mail_waiting

PASSWORD = "un-mot-de-passe-d-essai"  # noqa: S105 - of people who live for seconds
SESSIONS = 3
# Responses of a closed route: a redirect to sign in, refused, or not found.
SHUT = (
    HTTPStatus.FOUND,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)


@dataclasses.dataclass
class Leaver:
    """A member with open sessions, passes, links, and objects of their own."""

    person: User
    keys: list[str]
    passes: list[str]
    code: str
    join_token: str
    classified: Classified
    message: Message
    waiting: Message


def welcome(world: World, serial: str) -> Leaver:
    """Add a member with some history in the space."""
    at = timezone.now()
    with schema.inside(HOME):
        person = _join(f"partant{serial}@{HOME}.example", at)
        colleague = world.people["other"][1]
        offered = classifieds.post(offer=_offer(), days=30, by=person, at=at)
        message, waiting = _words(person, colleague, offered, at=at)
        invitation = members.invite(by=person, uses=5, days=5, company_id=None, at=at)
        request = _somebody_invited(serial, invitation.code, at)
        return Leaver(
            person=person,
            keys=[session_of(HOME, person) for _ in range(SESSIONS)],
            passes=[_pass(person, at), _mailed(person, at)],
            code=invitation.code,
            join_token=token_for(JOINING, request.nonce),
            classified=offered,
            message=message,
            waiting=waiting,
        )


def _join(email: str, at: dt.datetime) -> User:
    person = User(email=email, first_name="Paul", last_name="Partant", created_at=at)
    person.set_password(PASSWORD)
    person.save()
    company_id = queries.company_ids()[0]
    Profile.objects.create(
        user=person,
        company_id=company_id,
        joined_by="domain",
        joined_at=at,
        **legal.accepted_at(legal.CGU, at),
    )
    for role in (Role.Kind.MODERATOR, Role.Kind.ADMINISTRATOR):
        Role.objects.create(user=person, role=role, given_at=at)
    return person


def _offer() -> Offer:
    return Offer(
        kind="sell",
        title="Établi",
        description="",
        price_cents=9_000,
        price_unit="whole",
        site_id=None,
        place="Porte Sud",
    )


def _words(
    person: User, colleague: User, offered: Classified, *, at: dt.datetime
) -> tuple[Message, Message]:
    """Let each of two write once; the colleague's word waits for its mail."""
    begun = Conversation.objects.create(
        subject_kind="classified",
        subject_reference=offered.reference,
        subject_title=offered.title,
        asker=colleague,
        owner=person,
        begun_at=at,
        last_message_at=at,
    )
    values = [
        Message.objects.create(conversation=begun, author=author, text=text, sent_at=at)
        for author, text in ((person, "Il pèse trente kilos."), (colleague, "Je le prends."))
    ]
    return values[0], values[1]


def _somebody_invited(serial: str, code: str, at: dt.datetime) -> JoinRequest:
    return members.ask_to_join(
        email=f"invite{serial}@ailleurs.example",
        first_name="Ida",
        last_name="Venue",
        company_id=queries.company_ids()[0],
        code=code,
        language="fr",
        host=SignInHost("space", HOME, "http://localhost", "/"),
        network=f"network {serial}",
        at=at,
    )


def _pass(person: User, at: dt.datetime) -> str:
    hour = dt.timedelta(hours=1)
    return accounts.issue_pass(user=person, purpose=Pass.Purpose.CROSSING, lifetime=hour, at=at)


def _mailed(person: User, at: dt.datetime) -> str:
    host = SignInHost("space", HOME, "http://localhost", "/")
    accounts.ask_for_link(email=person.email, host=host, network=person.email, at=at)
    waiting = Pass.objects.filter(user=person, purpose=Pass.Purpose.SIGN_IN).latest("pk")
    return token_for(waiting.purpose, waiting.nonce)


def routes_of(world: World, leaver: Leaver, *, only: str = "") -> list[Try]:
    """Return the routes that a member's session opens: pages, API, and open forms.

    `only` limits them by the beginning of their names. Each has a single object, since the session
    closes the route for every object.
    """
    things = {**world.things, "own classified": leaver.classified.reference}
    found: dict[tuple[str, str], Try] = {}
    for row in TABLE[SPACE]:
        if not row.route.startswith(only):
            continue
        for method in ("GET", "POST"):
            opens = row.expected(SPACE, method)["member"] in {200, 204, 303, 422}
            leaves = row.route in {"accounts:signout", "members:leave"}
            if opens and not row.opened and not leaves:
                attempt = Try(SPACE, "leaver", method, address(SPACE, row, things))
                found.setdefault((row.route, method), attempt)
    return list(found.values())


def shows(answer: Answer, attempt: Try) -> bool:
    """Return True if a response gives a leaver content; closed routes give no content."""
    if attempt.path.startswith(("/enter/", "/join/", "/signin/")):
        return answer.status not in SHUT
    return answer.status not in {HTTPStatus.FOUND, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


def links_of(leaver: Leaver) -> list[Try]:
    """List the links that are under way, which need no session."""
    passes = [
        Try(SPACE, "leaver", method, f"/enter/{token}/")
        for token in leaver.passes
        for method in ("GET", "POST")
    ]
    return [
        *passes,
        Try(SPACE, "leaver", "GET", f"/join/{leaver.code}/"),
        Try(SPACE, "leaver", "POST", f"/join/confirm/{leaver.join_token}/"),
    ]


def sign_in(client: WebClient, leaver: Leaver) -> Answer:
    """Try the password."""
    body = urlencode({"email": leaver.person.email, "password": PASSWORD})
    return client.call(Try(SPACE, "leaver", "POST", "/signin/"), body=body)


def join_again(client: WebClient, leaver: Leaver) -> None:
    """Try to come in again by the company's own domain."""
    values = {
        "first_name": "Paul",
        "last_name": "Partant",
        "email": leaver.person.email,
        "company_id": _company(),
    }
    client.call(Try(SPACE, "leaver", "POST", "/join/"), body=urlencode(values))
    with schema.inside(HOME):
        for request in JoinRequest.objects.filter(email=leaver.person.email):
            run_job(member_tasks.mail_confirmation, request.pk)


def _company() -> int:
    with schema.inside(HOME):
        return queries.company_ids()[0]


def run_job(task: object, *pk: int) -> None:
    """Do now, as a worker would, a job that was queued before."""
    task.apply(args=pk, headers={SCHEMA_HEADER: HOME}, throw=True)  # type: ignore[attr-defined]


def unlawful_mails(leaver: Leaver) -> list[str]:
    """Run the jobs queued for a leaver; return the subjects of the mails received.

    The only permitted mail confirms that the account is closed.
    """
    with schema.inside(HOME):
        run_job(conversations.mail_message, leaver.waiting.pk)
        # Whatever the hour of the drill, the night over which mails are held has passed.
        held = Notification.objects.filter(person=leaver.person).exclude(mail_from=None)
        held.update(mail_from=timezone.now())
        run_job(mail_waiting)
        departure = queries.last_departure_of(leaver.person)
        if departure is not None:
            run_job(member_tasks.mail_departure, departure.pk)
    subjects = [str(mail["subject"]) for mail in outbox(leaver.person.email)]
    return [subject for subject in subjects if not subject.startswith("Votre compte est fermé")]


def losses(leaver: Leaver) -> list[str]:
    """Return the faults in the data that a leaver left behind."""
    with schema.inside(HOME):
        is_stored = Message.objects.filter(pk=leaver.message.pk, text=leaver.message.text).exists()
        offered = Classified.objects.filter(pk=leaver.classified.pk, outcome="none").exists()
        roles = Role.objects.filter(user=leaver.person).exists()
    wrong = {
        "what they wrote to others is gone": not is_stored,
        "their classified is lost or still on the board": not offered,
        "they still have a role": roles,
    }
    return [what for what, is_so in wrong.items() if is_so]
