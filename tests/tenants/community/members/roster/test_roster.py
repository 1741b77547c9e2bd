"""The staff roster: import, preview, confirmation, mails, and the fate of its people."""

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from infra.demo import ticking
from saas.accounts.models import User
from saas.accounts.rules import token_for
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens
from tenants.community.members import clock, tasks
from tenants.community.members.actions import membership as joining
from tenants.community.members.actions import merging, roster
from tenants.community.members.models import (
    ClosingRequest,
    CompanyClaim,
    JoinRequest,
    Profile,
    Role,
    RosterUpload,
)
from tenants.community.members.queries import people
from tenants.community.members.queries import roster as queries
from tenants.community.members.queries import roster_plan as plans
from tenants.community.members.rules import roster as rules
from tenants.community.members.rules.membership import JOINING
from tenants.spaces.models import OwnSite
from tests.fixtures.people import AT, DAY, Browse, SpaceClient, make_user
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.members.roster.rosters import (
    HEADING,
    HUGO,
    IMPORT,
    LEA,
    PREVIEW,
    came_by_list,
    company,
    confirm,
    plan_of,
    send,
    uploaded,
)
from tests.tenants.community.members.test_actions import token_of
from tests.tenants.community.members.test_pages import text_of


def test_list_is_shown_then_confirmed_then_mailed_and_its_people_come_in(
    browse: Browse, administrator: User, reader: SpaceClient
) -> None:
    client = browse(administrator)
    answer = send(client, LEA, HUGO, ";Sans;Adresse;North Un")
    assert (answer.status_code, answer["Location"]) == (303, PREVIEW)
    shown = text_of(client, PREVIEW)
    assert "Léa Morel" in shown
    assert "Pas d’adresse e-mail" in shown
    assert "inviter 2 personnes" in shown
    assert not JoinRequest.objects.exists()

    confirmed = client.post(PREVIEW, {})
    assert (confirmed.status_code, confirmed["Location"]) == (303, IMPORT)
    assert not RosterUpload.objects.exclude(state="applied").exists()
    run_in("north", tasks.mail_roster)
    run_in("north", tasks.mail_roster)
    texts = {message.to[0]: str(message.body) for message in mail.outbox}
    assert len(mail.outbox) == 2
    assert "Nadia B., de l’administration, vous invite" in texts["hugo@else.example"]
    assert "Nadia B., of the administration, invites you" in texts["lea.morel@else.example"]

    token = token_of(JoinRequest.objects.get(email="hugo@else.example"))
    page = text_of(reader, f"/join/confirm/{token}/")
    assert "Nadia B., de l’administration, vous invite" in page
    assert "Entrer comme Hugo" in page
    assert reader.post(f"/join/confirm/{token}/", {"password": ""})["Location"] == "/"
    joined = Profile.objects.get(user__email="hugo@else.example")
    assert (joined.joined_by, joined.company_id) == ("roster", company("North Deux"))
    status = text_of(client, IMPORT)
    assert "Léa Morel" in status
    assert "Hugo Petit" not in status
    assert queries.counts(None, timezone.now()) == queries.Counts(2, 1, 1, 0, 0, [])


def test_bad_lines_are_taken_along_as_a_sheet_that_runs_nothing(
    browse: Browse, administrator: User
) -> None:
    client = browse(administrator)
    send(client, LEA, ";=1+1;Adresse;North Un")
    rows = b"".join(client.get("/admin/people/import/problems.csv")).decode("utf-8-sig")
    assert "3;;'=1+1;Adresse;North Un;;;Pas d’adresse" in rows
    assert "Léa" not in rows


def test_newer_list_invites_only_who_is_new(administrator: User) -> None:
    confirm(administrator, LEA, HUGO)
    plan = plan_of(
        administrator, LEA, HUGO.replace("Hugo", "Ugo"), "neuf@else.example;Neuf;Un;North Un"
    )

    assert [entry.name for entry in plan.new] == ["Neuf Un"]
    assert [change.text for change in plan.changed] == ["Prénom\u00a0: Hugo → Ugo"]
    assert plan.known == 1
    outcome = roster.confirm(by=administrator, day=None, leaving_keys=[], language="fr", at=AT)
    assert (outcome.invited, outcome.changed) == (1, 1)
    assert JoinRequest.objects.get(email="hugo@else.example").first_name == "Ugo"
    with pytest.raises(Refused, match="Aucune liste n’attend"):
        roster.confirm(by=administrator, day=None, leaving_keys=[], language="fr", at=AT)


def test_shorter_list_takes_nothing_from_a_longer_one(administrator: User) -> None:
    confirm(administrator, LEA)
    short = "lea.morel@else.example;Léa;Morel;North Un"
    assert plan_of(administrator, short).changed == []
    [change] = plan_of(administrator, short.replace("Morel", "Morel-Roy")).changed
    assert change.text == "Nom\u00a0: Morel → Morel-Roy"
    roster.confirm(by=administrator, day=None, leaving_keys=[], language="fr", at=AT)
    assert JoinRequest.objects.get().language == "en"


def test_address_is_invited_once_even_by_two_lists_at_once(administrator: User) -> None:
    confirm(administrator, LEA)
    row = JoinRequest.objects.get()
    entry = rules.Entry(2, row.email, "Another", "Name", row.company_id, None, "fr")
    again = merging.invite(entries=[entry], day=None, language="fr", by=administrator, at=AT)
    assert again == []
    assert JoinRequest.objects.get().first_name == "Léa"
    row.pk, row.token_hash = None, "another"
    with pytest.raises(IntegrityError, match="invited_once"), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (";Sans;Adresse;North Un", "Pas d’adresse e-mail"),
        ("pas-une-adresse;A;B;North Un", "mal écrite"),
        ("a@else.example;;B;North Un", "Il manque le prénom"),
        ("a@else.example;A;;North Un", "Il manque le nom"),
        (f"a@else.example;A;{'B' * 61};North Un", "plus de 60 signes"),
        ("a@else.example;A;B;Ailleurs", "Aucune entreprise ne s’appelle"),
        ("a@else.example;A;B", "Il manque l’entreprise"),
        ("a@else.example;A;B;North Un;Nulle part", "Aucun site"),
        ("a@else.example;A;B;North Un;;klingon", "Écrivez «"),
        ("LEA.morel@else.example;A;B;North Un", "La ligne 2 a la même adresse"),
    ],
)
def test_line_that_invites_nobody_says_why(administrator: User, line: str, sentence: str) -> None:
    plan = plan_of(administrator, LEA, line)

    assert [entry.email for entry in plan.new] == ["lea.morel@else.example"]
    [problem] = plan.problems
    assert problem.number == 3
    assert sentence in problem.sentence


def test_closed_account_is_not_invited_again(administrator: User, teammate: User) -> None:
    User.objects.filter(pk=teammate.pk).update(is_active=False)
    plan = plan_of(administrator, f"{teammate.email};Karim;Lefort;North Un")

    assert (plan.new, len(plan.problems)) == ([], 1)
    assert "a été fermé" in plan.problems[0].sentence


def test_only_ticked_people_leave_and_the_council_has_its_word(
    browse: Browse, administrator: User, teammate: User
) -> None:
    Profile.objects.filter(user__in=[teammate, administrator]).update(
        company_id=company("North Un")
    )
    leaver, stayer, elected = (came_by_list(name) for name in ("Paul", "Rose", "Anne"))
    Role.objects.create(user=elected, role="council", company_id=company("North Un"), given_at=AT)
    far = came_by_list("Loin", "North Deux")
    client = browse(administrator)
    send(client, LEA)
    shown = text_of(client, PREVIEW)
    plan = plans.plan(RosterUpload.objects.get(), by=administrator, at=AT)

    assert {one.key for one in plan.absent} == {one.reference for one in (leaver, stayer, elected)}
    assert {one.key for one in plan.others} == {teammate.reference}
    assert "le CSE doit confirmer" in shown
    keys = [leaver.reference, elected.reference]
    refused = client.refused(PREVIEW, {"leaving": [*keys, administrator.reference]})
    assert f'value="{leaver.reference}"' in refused
    assert client.post(PREVIEW, {"leaving": keys}).status_code == 303
    active = set(User.objects.filter(is_active=True).values_list("pk", flat=True))
    assert active == {administrator.pk, teammate.pk, stayer.pk, elected.pk, far.pk}
    assert ClosingRequest.objects.get().user_id == elected.pk
    assert "1 fermeture attend l’accord du CSE" in text_of(client, IMPORT)


def test_person_of_a_bad_line_is_not_missing(administrator: User) -> None:
    person = came_by_list("Paul")
    plan = plan_of(administrator, LEA, f"{person.email};;Martin;North Un")

    assert plan.absent == []


def test_invited_person_who_left_the_list_is_withdrawn_when_ticked(administrator: User) -> None:
    confirm(administrator, LEA, HUGO)
    [absent] = plan_of(administrator, LEA, "x@else.example;X;Y;North Deux").absent

    assert (absent.email, absent.is_member) == ("hugo@else.example", False)
    outcome = roster.confirm(
        by=administrator, day=None, leaving_keys=[absent.key], language="fr", at=AT
    )
    assert outcome.withdrawn == 1
    assert not JoinRequest.objects.filter(email="hugo@else.example").exists()


def test_company_administrator_lists_their_own_people_only(
    browse: Browse, administrator: User, head: User
) -> None:
    deux = company("North Deux")
    elsewhere, nobody_s, claimant = came_by_list("Paul"), make_user("Rose"), make_user("Anne")
    CompanyClaim.objects.create(user=claimant, company_id=deux, asked_at=AT)
    with pytest.raises(Refused, match="Choisissez l’entreprise"):
        plan_of(head, LEA)
    lines = [f"{one.email};A;B" for one in (elsewhere, nobody_s, claimant)]
    plan = plan_of(head, "ici@else.example;Ici;Même", *lines, company_id=deux)

    assert [entry.company_id for entry in plan.new] == [deux]
    assert [problem.number for problem in plan.problems] == [3, 4]
    assert [change.reference for change in plan.changed] == [claimant.reference]
    assert plan.absent == []
    roster.confirm(by=head, day=None, leaving_keys=[elsewhere.reference], language="fr", at=AT)
    assert people.company_of(claimant) == deux
    assert elsewhere.is_active
    assert queries.counts(people.scope_of(head), AT).mailed == 0
    assert queries.invited(people.scope_of(head)).count() == 1
    confirm(administrator, LEA)
    assert queries.invited(people.scope_of(head)).count() == 1
    assert "Léa" not in text_of(browse(head), IMPORT)
    theirs = JoinRequest.objects.get(email="lea.morel@else.example")
    assert roster.withdraw(by=head, at=AT, key=theirs.nonce) == 0


def test_address_of_anothers_proven_domain_is_theirs(administrator: User) -> None:
    places = queries.places_for(None, company("North Un"))
    far = places._replace(domains={"deux.example": company("North Deux")})
    words = {"email": "a@deux.example", "first_name": "A", "last_name": "B"}
    with pytest.raises(Refused, match="domaine de «\u00a0North Deux"):
        rules.entry_of(2, words, far)


def test_whole_administrator_moves_a_member_to_the_company_of_their_line(
    administrator: User,
) -> None:
    person = came_by_list("Paul")
    outcome = confirm(administrator, f"{person.email};Paul;Martin;North Deux")

    assert outcome.changed == 1
    assert people.company_of(person) == company("North Deux")


def test_invitations_leave_in_the_morning_of_the_launch_day(administrator: User) -> None:
    launch = AT.date() + dt.timedelta(days=5)
    outcome = confirm(administrator, LEA, HUGO, day=launch)
    eight = dt.datetime.combine(launch, dt.time(8), tzinfo=timezone.get_current_timezone())

    assert outcome.invited == 2
    assert queries.counts(None, AT).planned == [(launch, 2)]
    assert not queries.due(eight - dt.timedelta(minutes=1)).exists()
    assert queries.due(eight).count() == 2
    with pytest.raises(Refused, match="Choisissez un jour"):
        confirm(administrator, "x@else.example;X;Y;North Un", day=AT.date() - dt.timedelta(days=1))
    assert roster.withdraw(by=administrator, at=AT, day=launch) == 2


@pytest.mark.usefixtures("going_on_from_at")
def test_tick_of_the_demo_reaches_the_launch_day(administrator: User) -> None:
    launch = AT.date() + dt.timedelta(days=5)
    confirm(administrator, HUGO, day=launch)
    eight = dt.datetime.combine(launch, dt.time(8), tzinfo=timezone.get_current_timezone())
    assert ticking.invite_on_launch_day in ticking.IN_EACH_SPACE
    for moment in (eight - dt.timedelta(minutes=1), eight, eight):
        with schema.inside("north"):
            ticking.invite_on_launch_day(moment)
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("going_on_from_at")
def test_clock_sends_what_is_due_and_nothing_before(administrator: User) -> None:
    confirm(administrator, LEA)
    confirm(administrator, HUGO, day=AT.date() + dt.timedelta(days=5))
    run_in("north", clock.requeue_mails)
    run_in("north", tasks.mail_roster)

    assert [message.to for message in mail.outbox] == [["lea.morel@else.example"]]


def test_invitation_is_repeated_once_and_not_at_once(browse: Browse, administrator: User) -> None:
    confirm(administrator, LEA)
    JoinRequest.objects.update(mailed_at=AT)
    with pytest.raises(Refused, match="trois jours"):
        roster.remind(by=administrator, at=AT + 2 * DAY)
    assert roster.remind(by=administrator, at=AT + 4 * DAY) == 1
    assert queries.due(AT + 4 * DAY).count() == 1
    run_in("north", tasks.mail_roster)
    assert "Un rappel, le seul" in str(mail.outbox[0].body) or "reminder" in str(
        mail.outbox[0].body
    )
    with pytest.raises(Refused):
        roster.remind(by=administrator, at=AT + 9 * DAY)
    assert "relancée le" in text_of(browse(administrator), IMPORT)


def test_invitation_that_lapsed_says_so_and_is_made_anew_by_a_later_list(
    administrator: User, reader: SpaceClient
) -> None:
    confirm(administrator, LEA)
    JoinRequest.objects.update(expires_at=AT - DAY)
    token = token_of(JoinRequest.objects.get())
    assert "Cette invitation a expiré" in text_of(reader, f"/join/confirm/{token}/", 422)
    assert confirm(administrator, LEA).invited == 1
    assert JoinRequest.objects.get().expires_at == AT + rules.INVITED_FOR


def test_listed_person_who_joins_alone_comes_by_the_list(administrator: User) -> None:
    site = OwnSite.objects.first()
    assert site is not None
    confirm(
        administrator, f"lou@north.example;Lou;Ferrand;North Deux;{site.name}", day=AT.date() + DAY
    )
    own = JoinRequest.objects.create(
        email="lou@north.example",
        first_name="Lou",
        last_name="F",
        company_id=company("North Un"),
        token_hash="x",
        asked_at=AT,
        expires_at=AT + DAY,
    )
    JoinRequest.objects.filter(pk=own.pk).update(token_hash=hash_of(own))
    joining.join(token=token_of(own), password="", at=AT)

    profile = Profile.objects.get(user__email="lou@north.example")
    assert (profile.joined_by, profile.company_id) == ("roster", company("North Deux"))
    assert profile.site_id == site.pk
    assert not queries.invited(None).exists()


def hash_of(request: JoinRequest) -> str:
    return tokens.hashed(token_of(request))


def test_list_is_applied_in_as_many_statements_whatever_its_length(administrator: User) -> None:
    def applied(first: int, many: int) -> int:
        lines = [f"p{n}@else.example;Paul;Martin;North Un" for n in range(first, first + many)]
        uploaded(administrator, HEADING, *lines)
        with CaptureQueriesContext(connections["default"]) as captured:
            outcome = roster.confirm(
                by=administrator, day=None, leaving_keys=[], language="fr", at=AT
            )
        assert outcome.invited == many
        return len(captured)

    applied(0, 1)
    assert applied(1, 3) == applied(4, 60)
    row = JoinRequest.objects.get(email="p7@else.example")
    assert row.token_hash == tokens.hashed(token_for(JOINING, row.nonce))
    assert (row.asked_at, row.expires_at) == (AT, AT + rules.INVITED_FOR)
