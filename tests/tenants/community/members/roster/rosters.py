"""Lists of staff as tests send, compare and confirm them."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.members import tasks
from tenants.community.members.actions import roster
from tenants.community.members.models import (
    Profile,
    RosterUpload,
)
from tenants.community.members.queries import roster_plan as plans
from tenants.spaces.models import OwnCompany
from tests.fixtures.people import AT, SpaceClient, make_user

IMPORT, PREVIEW, COLUMNS, READING = (
    f"/admin/people/import/{end}" for end in ("", "preview/", "columns/", "reading/")
)
HEADING = "Adresse e-mail;Prénom;Nom;Entreprise;Site;Langue"
LEA = "lea.morel@else.example;Léa;Morel;North Un;;anglais"
HUGO = "hugo@else.example;Hugo;Petit;north  deux"


def send(client: SpaceClient, *lines: str, heading: str = HEADING, **fields: Any) -> Any:
    content = "\r\n".join([heading, *lines]).encode()
    return send_file(client, "paie.csv", content, **fields)


def send_file(client: SpaceClient, name: str, content: bytes, **fields: Any) -> Any:
    """Send a file, have the job read it, and return where the waiting page leads."""
    answer = client.post(IMPORT, {"file": SimpleUploadedFile(name, content), **fields})
    assert answer["Location"] == READING
    read_waiting()
    return client.get(READING)


def read_waiting() -> None:
    """Do the job of each list that waits."""
    with schema.inside("north"):
        for staff in RosterUpload.objects.filter(state="waiting"):
            tasks.read_roster.run(staff.pk)


def plan_of(by: User, *lines: str, company_id: int | None = None) -> plans.Plan:
    return plans.plan(uploaded(by, HEADING, *lines, company_id=company_id), by=by, at=AT)


def uploaded(by: User, *lines: str, company_id: int | None = None) -> RosterUpload:
    """Send lines as a file, and have the job read them."""
    content = "\r\n".join(lines).encode()
    staff = roster.upload(by=by, name="paie.csv", content=content, company_id=company_id, at=AT)
    tasks.read_roster.run(staff.pk)
    staff.refresh_from_db()
    return staff


def confirm(by: User, *lines: str, **wanted: Any) -> Any:
    at = wanted.pop("at", AT)
    company_id = wanted.pop("company_id", None)
    plan_of(by, *lines, company_id=company_id)
    answers = {"day": None, "leaving_keys": [], "language": "fr", **wanted}
    RosterUpload.objects.update(sent_at=at)
    return roster.confirm(by=by, at=at, **answers)


def company(name: str) -> int:
    return OwnCompany.objects.get(name=name).pk


def came_by_list(first_name: str, company_name: str = "North Un") -> User:
    person = make_user(first_name)
    Profile.objects.filter(user=person).update(
        joined_by=Profile.Joined.ROSTER, company_id=company(company_name)
    )
    return person
