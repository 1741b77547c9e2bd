"""The top level matches its documents, and the project describes only the product."""

import re

import pytest

from tests.architecture.source import ROOT, files_of_git

FOLDERS = {"api", "billing", "frontend_templates", "infra", "saas", "tenants", "tests"}
DOCUMENTS = {
    *("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "DECISIONS.md"),
    *("GLOSSARY.md", "NOTICE.md", "README.md", "SECURITY.md"),
}


def test_the_top_level_holds_the_agreed_folders_and_no_other() -> None:
    folders = {name.partition("/")[0] for name in files_of_git() if "/" in name}
    assert folders - {".ci"} == FOLDERS
    assert {
        name for name in files_of_git() if name.endswith(".md") and "/" not in name
    } == DOCUMENTS


@pytest.mark.parametrize(("document", "most"), [("ARCHITECTURE.md", 150), ("CHANGELOG.md", 170)])
def test_document_is_read_in_one_sitting(document: str, most: int) -> None:
    assert len((ROOT / document).read_text().splitlines()) <= most


def test_decisions_fit_one_sitting_and_say_what_would_change_them() -> None:
    text = (ROOT / "DECISIONS.md").read_text()
    entries = re.split(r"^- \*\*", text.partition("\n| library |")[0], flags=re.MULTILINE)[1:]
    assert 0 < len(entries) <= 60
    assert [entry for entry in entries if "*Change:*" not in entry] == []
