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

SFTP_PORT = 22
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


def access_point() -> AbstractContextManager[Place]:
    """The access point that is set up. Raises ValueError with what to set, in words that tell no secret."""
    config = current_app.config
    to = str(config["EHF_TO"])
    if not to:
        raise ValueError("EHF_TO says where invoices go: a folder, or sftp://user@host/folder. Set it.")
    if "://" not in to:
        if not Path(to).is_dir():
            raise ValueError(f"EHF_TO is no folder: {to}")
        return folder(Path(to))
    there = urlsplit(to)
    if there.scheme != "sftp" or not there.hostname or not there.username or there.password is not None:
        raise ValueError("EHF_TO is a folder, or sftp://user@host:22/folder without a password in it.")
    if not Path(config["EHF_KNOWN_HOSTS"]).is_file():
        raise ValueError("EHF_KNOWN_HOSTS is the file with the host key of the access point: set it.")
    if not config["EHF_KEY"] and not config["EHF_PASSWORD"]:
        raise ValueError("EHF_KEY or EHF_PASSWORD says how one signs in at the access point: set one.")
    from exchange.ehf.sftp import Server, server  # noqa: PLC0415 - 17 MB of cryptography, loaded by who sends

    key = Path(config["EHF_KEY"]) if config["EHF_KEY"] else None
    return server(
        Server(
            there.hostname, there.port or SFTP_PORT, there.username, there.path.removeprefix("/"),
            Path(config["EHF_KNOWN_HOSTS"]), key, config["EHF_PASSWORD"],
        )
    )  # fmt: skip
