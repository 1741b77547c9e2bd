"""The top level is what its documents say; the project speaks of the product alone."""

import re
import subprocess

from tests.architecture.source import ROOT

FOLDERS = {"api", "billing", "frontend_templates", "infra", "saas", "tenants", "tests"}
DOCUMENTS = {
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "DECISIONS.md",
    "NOTICE.md",
    "README.md",
    "SECURITY.md",
}
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")
NAMED = re.compile(r"`((?:saas|tenants|billing|api|infra|frontend_templates|tests)/[\w./-]*\w)`")


def kept() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - git, wherever it is
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return listed.stdout.splitlines()


def test_the_top_level_holds_the_agreed_folders_and_no_other() -> None:
    folders = {name.partition("/")[0] for name in kept() if "/" in name}
    assert folders - {".ci"} == FOLDERS
    assert {name for name in kept() if name.endswith(".md") and "/" not in name} == DOCUMENTS


def test_what_a_document_names_exists() -> None:
    gone = [
        f"{document}: {name}"
        for document in sorted(DOCUMENTS)
        for name in (
            *LINK.findall((ROOT / document).read_text()),
            *NAMED.findall((ROOT / document).read_text()),
        )
        if not list(ROOT.glob(name.rstrip("/")))
    ]
    assert not gone
