"""Letters handed to the mail server that is set up: how it is reached, what a letter looks like, what went wrong."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from urllib.parse import urlsplit

from flask import current_app

from models.declare import checks
from models.declare.words import Problem

SECURITY = ("starttls", "tls", "none")
PATIENCE, SHORT = 30, 10  # seconds: of a command, and of somebody who waits for the page


class Unsent(Exception):  # noqa: N818 - no error of ours: a letter did not leave
    """A letter was not taken by the mail server; the words say why, to whoever operates Orden."""


def is_set_up() -> bool:
    """Whether letters are sent at all."""
    return bool(current_app.config["SMTP_HOST"])


def lacking() -> str:
    """Which setting that letters need is missing or cannot be, in words for whoever operates Orden; else nothing."""
    config = current_app.config
    there = urlsplit(config["PUBLIC_URL"])
    if there.scheme not in {"http", "https"} or not there.hostname:
        return "PUBLIC_URL says where people find Orden, as https://orden.kommune.no: set it."
    if config["SMTP_SECURITY"] not in SECURITY:
        return f"SMTP_SECURITY is one of {', '.join(SECURITY)}."
    try:
        if not checks.email(config["MAIL_FROM"]):
            raise Problem(config["MAIL_FROM"])
    except Problem:
        return "MAIL_FROM is the address letters come from: set it."
    return ""


def here(path: str) -> str:
    """The address of a page, for who reads a letter."""
    return str(current_app.config["PUBLIC_URL"]).rstrip("/") + path


@contextmanager
def connected(patience: int = PATIENCE) -> Iterator[smtplib.SMTP]:
    """The mail server, reached and signed in to."""
    config = current_app.config
    host, port, trusted = str(config["SMTP_HOST"]), int(config["SMTP_PORT"]), ssl.create_default_context()
    if config["SMTP_SECURITY"] == "tls":
        reached: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=patience, context=trusted)
    else:
        reached = smtplib.SMTP(host, port, timeout=patience)
    with reached as server:
        if config["SMTP_SECURITY"] == "starttls":
            server.starttls(context=trusted)
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
        yield server


def letter(to: str, subject: str, body: str) -> EmailMessage:
    """A letter from Orden to one person."""
    sender = current_app.config["MAIL_FROM"]
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def send(to: str, subject: str, body: str) -> None:
    """Send one letter now, while somebody waits. Raises Unsent. With no transaction open: the server may be slow."""
    if said := lacking():
        raise Unsent(said)
    try:
        with connected(SHORT) as server:
            server.send_message(letter(to, subject, body))
    except (smtplib.SMTPException, OSError, ValueError) as error:  # UnicodeError is a ValueError
        raise Unsent(reason(error)) from error


def reason(error: Exception) -> str:
    """What the server said, or what stood in the way."""
    code: int
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return str(error) or type(error).__name__
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
