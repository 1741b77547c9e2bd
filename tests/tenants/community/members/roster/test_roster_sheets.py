"""Workbooks as people keep them: each bad line has its sentence, and the others are read."""

import io
import time
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.members.actions import undoing
from tenants.community.members.models import JoinRequest
from tenants.spaces.models import SpaceStanding
from tests.fixtures.people import AT, Browse
from tests.tenants.community.members.roster.rosters import PREVIEW, confirm, plan_of, send_file
from tests.tenants.community.members.test_pages import text_of

pytestmark = pytest.mark.usefixtures("going_on_from_at")
MOST_SECONDS = 60
HEADING = ["Adresse e-mail", "Prénom", "Nom", "Entreprise"]
LEA = ["lea@else.example", "Léa", "Morel", "North Un"]
HUGO = ["hugo@else.example", "Hugo", "Petit", "North Un"]


@pytest.fixture
def preview(browse: Browse, administrator: User) -> Any:
    """Return a function that sends a workbook and returns the text of its preview."""

    def shown(*rows: list[str], change: Any = None) -> str:
        book = openpyxl.Workbook()
        sheet: Any = book.active
        for row in (HEADING, *rows):
            sheet.append(row)
        if change:
            change(sheet)
        written = io.BytesIO()
        book.save(written)
        client = browse(administrator)
        send_file(client, "paie.xlsx", written.getvalue())
        text = text_of(client, PREVIEW)
        assert not JoinRequest.objects.exists()
        return text

    return shown


def test_merged_cell_leaves_its_lower_line_to_correct(preview: Any) -> None:
    text = preview(LEA, HUGO, change=lambda sheet: sheet.merge_cells("D2:D3"))
    assert "lea@else.example" in text
    assert "Il manque l’entreprise." in text


def test_formula_without_a_value_is_a_line_to_correct(preview: Any) -> None:
    text = preview(LEA, [HUGO[0], HUGO[1], '=UPPER("petit")', HUGO[3]])
    assert "Il manque le nom." in text
    assert "=UPPER" not in text


def test_coloured_empty_rows_are_no_lines(preview: Any) -> None:
    def colour(sheet: Any) -> None:
        for number in range(4, 400):
            sheet.cell(number, 1).fill = PatternFill("solid", fgColor="FFFF00")

    text = preview(LEA, HUGO, change=colour)
    assert "Lignes à corriger" in text
    assert "Pas d’adresse e-mail" not in text
    assert "inviter 2 personnes" in text


def test_second_person_with_an_address_is_named(preview: Any) -> None:
    text = preview(LEA, HUGO, ["LEA@else.example", "Zoé", "Durand", "North Un"])
    assert "La ligne 2 a la même adresse." in text
    assert "inviter 2 personnes" in text


@pytest.mark.proof
def test_thirty_thousand_lines_are_compared_and_confirmed(administrator: User) -> None:
    lines = [f"p{number}@north.example;Léa;Morel;North Un" for number in range(30_000)]
    before = time.process_time()
    plan = plan_of(administrator, *lines)
    assert (len(plan.new), len(plan.problems)) == (30_000, 0)
    assert confirm(administrator, *lines).invited == 30_000
    assert time.process_time() - before < MOST_SECONDS
    done = undoing.undo(by=administrator, at=AT)
    assert done.withdrawn == 30_000


def test_unproven_space_refuses_many_outside_addresses_in_time(administrator: User) -> None:
    with schema.in_public():
        standing = SpaceStanding.objects.filter(tenant__slug="north")
        standing.update(state="new", way="", decided_at=None)
    lines = [f"p{number}@else.example;Léa;Morel;North Un" for number in range(20_000)]
    before = time.process_time()
    plan = plan_of(administrator, *lines)
    assert len(plan.problems) == 20_000
    assert time.process_time() - before < MOST_SECONDS
