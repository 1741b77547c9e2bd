"""Landmarks without a name of their own, and skipped headings, are found wherever a test looks."""

import pytest
from django.http import HttpResponse

from tests.fixtures import answers, landmarks

PAGE = "<!doctype html><html><body>{}</body></html>"
SOUND = [
    "<header></header><main><header></header><article><footer></footer></article></main>",
    '<nav aria-label="Pages"></nav><nav aria-label="Mois"></nav>',
    '<nav aria-label="CSE"></nav><aside aria-label="CSE"></aside>',
    '<section aria-labelledby="a"><h2 id="a">Payer</h2></section><section></section>',
    '<form aria-label="Chercher"></form><form></form><form></form>',
    '<template><nav></nav></template><nav hidden aria-label="Mois"></nav>',
    '<div role="group"></div><div role="group"></div>',
    "<h1>Lyon</h1><h2>Prix</h2><h3>Mois</h3><h2>Aide</h2>",
    '<h1>Lyon</h1><div role="img" inert><h3>Prix</h3></div>',
    "",
]
FAULTY = {
    "<h1>Lyon</h1><h3>Prix <b>du mois</b></h3>": "h3 'Prix du mois' follows h1",
    "<header></header><header></header>": "2 landmarks banner are named ''",
    "<main></main><main></main>": "2 landmarks main are named ''",
    "<nav></nav>": "a landmark navigation has no name",
    "<aside></aside>": "a landmark complementary has no name",
    '<form role="search"></form>': "a landmark search has no name",
    '<section aria-labelledby="gone"></section>': "a landmark region has no name",
    '<nav aria-label="CSE"></nav><nav aria-label=" CSE "></nav>': "2 landmarks navigation are "
    "named 'CSE'",
    '<section aria-labelledby="a"><h2 id="a">À <b>payer</b></h2></section>'
    '<section aria-label="À payer"></section>': "2 landmarks region are named 'À payer'",
    '<form aria-label="Chercher"></form><div role="form" aria-label="Chercher"></div>': "2 "
    "landmarks form are named 'Chercher'",
}


@pytest.mark.parametrize("body", SOUND)
def test_landmarks_that_differ_are_no_fault(body: str) -> None:
    assert list(landmarks.faults(PAGE.format(body).encode())) == []


@pytest.mark.parametrize(("body", "fault"), FAULTY.items())
def test_landmark_without_a_name_of_its_own_is_found(body: str, fault: str) -> None:
    assert list(landmarks.faults(PAGE.format(body).encode())) == [fault]


def test_each_answer_that_a_test_opens_is_looked_at_and_headers_of_a_part_are_no_banners() -> None:
    (fault,) = answers.faults(HttpResponse("<nav></nav>"))
    assert fault == "a landmark navigation has no name"
    assert list(answers.faults(HttpResponse(""))) == []
    assert list(landmarks.faults(b"<header></header><header></header>")) == []
