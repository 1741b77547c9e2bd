"""Each shipped package has a licence that permits it, and NOTICE.md names it correctly."""

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Permissive licences and dedications to the public, weak copyleft of packages installed as
# published, and fonts.
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU"),
    *(
        "PSF-2.0",
        "Public domain",
        "Unlicense",
        "OFL-1.1",
        "MPL-2.0",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
    ),
}
CLASSIFIERS = {
    "GNU General Public License": "GPL",
    "GNU Affero General Public License": "AGPL",
}


def named() -> dict[str, str]:
    """Return the licence that NOTICE.md gives for each package."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", (ROOT / "NOTICE.md").read_text(), re.MULTILINE)
    return {
        package: licence
        for licence, packages in rows
        if licence != "licence"
        for package in packages.split(", ")
    }


def test_every_licence_is_one_that_we_may_ship() -> None:
    parts = {part for words in named().values() for part in re.split(r" (?:OR|AND) ", words)}
    assert parts - ALLOWED == set()
    assert len(named()) > 70


def test_notice_says_what_the_package_says_of_itself() -> None:
    """A package that changes its licence in an upgrade is seen."""
    wrong = {}
    expressions = 0
    for package, licence in named().items():
        about = metadata.metadata(package)
        expression = about.get("License-Expression")
        if expression:
            expressions += 1
            if set(re.split(r" (?:OR|AND) ", expression)) != set(
                re.split(r" (?:OR|AND) ", licence)
            ):
                wrong[package] = (licence, expression)
        strict = [
            kind
            for line in about.get_all("Classifier") or []
            for words, kind in CLASSIFIERS.items()
            if words in line
        ]
        if strict:
            wrong[package] = (licence, strict[0])
    assert wrong == {}
    assert expressions > 30
