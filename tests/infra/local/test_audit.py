"""The gate looks for known vulnerabilities, and warns if it cannot."""

from pathlib import Path

import pytest

from infra.local.shipping import audit

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("output", "code", "ends", "words"),
    [
        ("Found no known vulnerabilities", 0, 0, "no known"),
        ("Found 1 known vulnerability: django 1.0", 1, 1, "django 1.0"),
        ("error: Request failed after 3 retries", 2, 0, "WERE NOT CHECKED"),
        ("error: no lock file", 2, 2, "no lock file"),
    ],
)
def test_audit_is_red_for_a_finding_and_loud_without_its_service(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    output: str,
    code: int,
    ends: int,
    words: str,
) -> None:
    program = tmp_path / "uv"
    program.write_text(f'#!/bin/sh\necho "{output}" >&2\nexit {code}\n')
    program.chmod(0o755)
    monkeypatch.setenv("UV", str(program))
    assert audit.main() == ends
    out, err = capfd.readouterr()
    assert words in out + err


def test_newer_versions_are_listed_where_nothing_can_be_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "uv"
    program.write_text(
        '#!/bin/sh\n[ "$1" = pip ] && { echo "granian 2.8.7 2.8.9"; exit 0; }\n'
        "echo 'error: dns error' >&2\nexit 2\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("UV", str(program))
    assert audit.main() == 0
    assert "newer versions of these" in (errors := capfd.readouterr().err)
    assert errors.rstrip().endswith("granian 2.8.7 2.8.9")


def test_gate_audits_the_packages() -> None:
    assert "python -m infra.local.shipping.audit" in (ROOT / ".ci" / "run").read_text()
