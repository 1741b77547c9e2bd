"""Make an installation: `python3 infra/deploy/install.py --files FOLDER --venv FOLDER`.

The image, the gate and an operator without containers use these steps and no others. Needs
Python's standard library, uv and the network for the packages; nothing of Troovon is installed yet.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
LOCK = "requirements-prod.lock"
# The product, and from infra only the makers of fonts and icons: no seeds, drills or demo.
SHIPPED = (
    "manage.py",
    "infra/__init__.py",
    "infra/assets",
    "frontend_templates",
    "saas",
    "tenants",
    "billing",
    "api",
)
COMPILED = ("saas", "tenants", "billing", "api", "infra")
# Words of languages and descriptions of services that the product does not have, in its packages:
# files that no process opens.
LANGUAGES = "fr", "en"
UNUSED = (
    ("django", "**/locale/*", LANGUAGES),
    ("rest_framework", "locale/*", LANGUAGES),
    ("babel", "locale-data/*.dat", (*LANGUAGES, "root")),
    ("botocore", "data/*/", ("s3", "sts")),
    ("icalendar", "tests", ()),
)
MADE_ELSEWHERE = shutil.ignore_patterns("__pycache__", "*.mo")


def install_packages(venv: Path, *, uv: str = "uv") -> None:
    """Create a virtual environment that contains the locked packages, and no others."""
    _run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, venv])
    _run([
        *(uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"),
        *("--python", venv / "bin" / "python", SOURCE / LOCK),
    ])  # fmt: skip
    lighten_packages(venv)


def lighten_packages(venv: Path) -> None:
    """Remove other languages' words and other services' descriptions from the packages."""
    for packages in (venv / "lib").glob("python3.*/site-packages"):
        for package, pattern, names in UNUSED:
            for path in (packages / package).glob(pattern):
                if re.split(r"[_.]", path.name)[0] not in names:
                    _remove(path)


def _remove(path: Path) -> None:
    """Remove a folder, or a file that holds no code."""
    if path.is_dir():
        shutil.rmtree(path)
    elif path.suffix != ".py":
        path.unlink()


def install_files(files: Path, *, venv: Path, commit: str = "") -> None:
    """Copy the product into a folder, then build its assets and compile it.

    The process that runs it later needs no write access there. `RELEASE` names the version and the
    commit; logs, probes and Sentry tag an installation with it.
    """
    for name in SHIPPED:
        _copy(SOURCE / name, files / name)
    (files / "RELEASE").write_text(f"{_release(files, commit or _commit())}\n")
    python = venv / "bin" / "python"
    for command in (
        ["-m", "infra.assets"],
        ["-m", "saas.commands.catalogues", "saas/locale"],
        ["-m", "compileall", "-q", *COMPILED],
    ):
        _run([python, *command], cwd=files)


def _release(files: Path, commit: str) -> str:
    """Return the version, and the first signs of the commit if it is known."""
    text = (files / "saas" / "environment.py").read_text()
    [version] = re.findall(r'^VERSION = "(.+)"$', text, re.MULTILINE)
    return f"{version}+{commit[:12]}" if commit else version


def _commit() -> str:
    """Return the commit of the checkout; an image's builder has no git, and is told."""
    if not (SOURCE / ".git").exists() or shutil.which("git") is None:
        return ""
    words = ["git", "-C", str(SOURCE), "rev-parse", "HEAD"]
    found = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603
    return found.stdout.strip()


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=MADE_ELSEWHERE, dirs_exist_ok=True)
    else:
        shutil.copy2(source, target)


def _run(command: Sequence[str | Path], *, cwd: Path | None = None) -> None:
    inherited = {name: word for name, word in os.environ.items() if not name.startswith("PYTHON")}
    words = [str(word) for word in command]
    subprocess.run(words, check=True, cwd=cwd, env=inherited)  # noqa: S603 - our own words


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="install.py", description=__doc__)
    parser.add_argument("--venv", type=Path, required=True, help="folder of the packages")
    parser.add_argument("--files", type=Path, help="folder of the product; without it: packages")
    parser.add_argument("--only-files", action="store_true", help="the packages are there")
    parser.add_argument("--commit", default="", help="the commit; empty: as git says")
    parser.add_argument("--uv", default="uv", help="path of uv")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Install the parts given on the command line; return the exit code."""
    options = parsed(argv)
    try:
        if not options.only_files:
            install_packages(options.venv.resolve(), uv=options.uv)
        if options.files:
            install_files(
                options.files.resolve(), venv=options.venv.resolve(), commit=options.commit
            )
    except (OSError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"The installation is not complete: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
