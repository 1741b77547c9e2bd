"""Which copy of the product a stack runs: the checkout, or an installation made from it."""

import os
import pwd
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local import environment
from infra.local.processes import ROOT


@dataclass(frozen=True)
class Product:
    """The product's files and the interpreter that runs them."""

    files: Path = ROOT
    python: Path = Path(sys.executable)
    is_installed: bool = False

    @property
    def manage(self) -> tuple[str, str]:
        """The first words of a management command."""
        return (str(self.python), str(self.files / "manage.py"))

    @property
    def celery(self) -> tuple[str, ...]:
        """The first words of a Celery process."""
        return (str(self.python), "-m", "celery", "-q", "-A", "saas")

    @property
    def worker(self) -> tuple[str, ...]:
        """The first words of a Celery worker."""
        return (
            *self.celery,
            "worker",
            "--without-gossip",
            "--without-mingle",
        )

    def account(self) -> tuple[int, int] | None:
        """Return the account of its processes, without write access to an installation."""
        if not self.is_installed or os.geteuid() != 0:
            return None
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid

    def let_write_in(self, folder: Path) -> None:
        """Give the folder of data to the account of an installation's processes."""
        account = self.account()
        folder.mkdir(parents=True, exist_ok=True)
        if account:
            os.chown(folder, *account)
            folder.parent.chmod(0o711)

    def environment(self, kind: str, settings: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a kind of process.

        An installation inherits no variable from the developer's shell, like a container.
        """
        composed = environment.of_process(kind, settings)
        if not self.is_installed:
            return composed
        composed["SELLER_FILE"] = str(self.files / "seller.json")
        inherited = {*environment.NAMES, "PATH"}
        return {name: value for name, value in composed.items() if name in inherited}


def installed_in(files: Path, venv: Path) -> Product:
    """Return the product of an installation that `infra/deploy/install.py` made.

    The demo's fictional seller is copied beside it: an installation names its own.
    """
    shutil.copy2(environment.SELLER_FILE, files / "seller.json")
    return Product(files=files, python=venv / "bin" / "python", is_installed=True)
