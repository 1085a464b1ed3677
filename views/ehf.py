"""The command `ehf`: whether documents keep to the rules, and handing them to the access point that is set up."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import AppGroup

from exchange.ehf.delivery import Place, Undelivered, deliver, folder
from exchange.ehf.sending import Prepared
from exchange.ehf.validating import NotCheckedError, findings_of
from models.declare.words import N_, Problem

SFTP_PORT = 22
NOT_SET = N_("EHF kan ikke leveres: den som drifter Orden, må sette %(names)s i innstillingene (se README).")


class NotSet(ValueError):  # noqa: N818 - the operator is told
    """What is to be set, in words that tell no secret, and the names of the settings."""

    def __init__(self, text: str, *names: str) -> None:
        super().__init__(text)
        self.names = names


ehf_group = AppGroup("ehf", help="Invoices in EHF: whether they keep to the rules; handing them to the access point.")
_files = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)


@ehf_group.command("validate")
@_files
def validate(files: tuple[Path, ...]) -> None:
    """Say what is wrong with invoices and credit notes: rule, how grave, what and where. Ends with 1 when anything of
    one must be corrected, and with 2 when one is no invoice or could not be checked. Warnings end with 0."""
    found = _checked(files)
    if any(one.is_unreadable for document in found for one in document.findings):
        raise SystemExit(2)
    raise SystemExit(0 if all(one.may_leave for one in found) else 1)


@ehf_group.command("deliver")
@_files
def deliver_files(files: tuple[Path, ...]) -> None:
    """Check documents and hand those that may leave to the access point, each under its own name and once. Ends with 1
    when one was not delivered."""
    try:
        reached = access_point()
    except ValueError as lacking:
        raise click.ClickException(str(lacking)) from lacking
    found = _checked(files)
    with reached as place:
        delivered = [_delivered(one, place) for one in found]
    raise SystemExit(0 if all(delivered) else 1)


def _checked(files: Sequence[Path]) -> list[Prepared]:
    documents = [path.read_bytes() for path in files]
    try:
        found = findings_of(documents, current_app.config["EHF_RULES"])
    except NotCheckedError as error:
        click.echo(f"The rules could not be asked: {error}", err=True)
        raise SystemExit(2) from error
    for path, findings in zip(files, found, strict=True):
        for one in findings:
            click.echo(f"{path}: {one.severity.value} {one.rule} {one.where}: {one.sentence}")
        if not findings:
            click.echo(f"{path}: keeps to every rule")
    named = zip(files, documents, found, strict=True)
    return [Prepared(path.name, document, findings=findings) for path, document, findings in named]


def _delivered(one: Prepared, place: Place) -> bool:
    try:
        done = deliver(one, place)
    except Undelivered as why:
        click.echo(str(why), err=True)
        return False
    state = "delivered" if done.is_new else "was there already"
    click.echo(f"{done.name}: {state} {done.at.isoformat(timespec='seconds')} sha256 {done.sha256}")
    return True


def called() -> str:
    """What the access point is called where it is told of: where it is, and not who signs in there."""
    to = str(current_app.config["EHF_TO"])
    there = urlsplit(to)
    return f"{there.scheme}://{there.hostname}{there.path}" if "://" in to else to


def reached() -> tuple[AbstractContextManager[Place], str]:
    """The same with what it is called. Raises a Problem for who asks on a page, with the names of what to set."""
    try:
        return access_point(), called()
    except NotSet as lacking:
        raise Problem(NOT_SET, names=", ".join(lacking.names)) from lacking


def access_point() -> AbstractContextManager[Place]:
    """The access point that is set up. Raises NotSet."""
    config = current_app.config
    to = str(config["EHF_TO"])
    if not to:
        raise NotSet("EHF_TO says where invoices go: a folder, or sftp://user@host/folder. Set it.", "EHF_TO")
    if "://" not in to:
        if not Path(to).is_dir():
            raise NotSet(f"EHF_TO is no folder: {to}", "EHF_TO")
        return folder(Path(to))
    there = urlsplit(to)
    if there.scheme != "sftp" or not there.hostname or not there.username or there.password is not None:
        raise NotSet("EHF_TO is a folder, or sftp://user@host:22/folder without a password in it.", "EHF_TO")
    if not Path(config["EHF_KNOWN_HOSTS"]).is_file():
        raise NotSet("EHF_KNOWN_HOSTS is the file with the host key of the access point: set it.", "EHF_KNOWN_HOSTS")
    if not config["EHF_KEY"] and not config["EHF_PASSWORD"]:
        raise NotSet(
            "EHF_KEY or EHF_PASSWORD says how one signs in at the access point: set one.", "EHF_KEY", "EHF_PASSWORD"
        )
    from exchange.ehf.sftp import Server, server  # noqa: PLC0415 - 17 MB of cryptography, loaded by who sends

    key = Path(config["EHF_KEY"]) if config["EHF_KEY"] else None
    return server(
        Server(
            there.hostname, there.port or SFTP_PORT, there.username, there.path.removeprefix("/"),
            Path(config["EHF_KNOWN_HOSTS"]), key, config["EHF_PASSWORD"],
        )
    )  # fmt: skip
