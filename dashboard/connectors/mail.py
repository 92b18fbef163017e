"""Mail with a document, by the district's own server (SMTP)."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from dashboard.config.snapshots import Mail
from dashboard.connectors.http import secret
from dashboard.connectors.records import FeedError

TIMEOUT = 30.0  # seconds


@dataclass(frozen=True)
class Letter:
    """One mail. Who gets two with the same `id` sees one."""

    id: str
    to: str
    subject: str
    body: str
    file_name: str
    file: bytes


def send_mail(settings: Mail, letter: Letter) -> dict[str, Any]:
    """Hand a letter to the mail server.

    Raises:
        FeedError: the server cannot be reached or does not take it.
    """
    message = _message(settings, letter)
    try:
        with _server(settings) as server:
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise FeedError(f"the mail server did not take the mail: {type(error).__name__}") from error
    return {"mail": message["Message-ID"]}


def _message(settings: Mail, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = settings.sender, letter.to
    message["Subject"] = " ".join(letter.subject.split())  # a line break would begin another header
    message["Message-ID"] = f"<{letter.id}@{settings.sender.rpartition('@')[2]}>"
    message.set_content(letter.body)
    message.add_attachment(letter.file, maintype="application", subtype="pdf", filename=letter.file_name)
    return message


@contextmanager
def _server(settings: Mail) -> Iterator[smtplib.SMTP]:
    safely = ssl.create_default_context()
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT, context=safely)
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT)
    with server:
        if settings.security == "starttls":
            server.starttls(context=safely)
        if settings.user_env and settings.password_env:
            server.login(secret(settings.user_env), secret(settings.password_env))
        yield server
