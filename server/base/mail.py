"""Mail, where an SMTP server is set; `is_on` tells the pages whether to offer it."""

from __future__ import annotations

from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

log = structlog.get_logger()


class Mailer:
    """Sends one letter at a time; a failure is logged and told to the caller as False."""

    def __init__(self, smtp_url: str, sender: str) -> None:
        self._parts = urlsplit(smtp_url)
        self._sender = sender

    @property
    def is_on(self) -> bool:
        return bool(self._parts.hostname)

    async def send(self, to: str, subject: str, text: str) -> bool:
        """Send a plain letter; True once the server has taken it."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self._sender, to, subject
        letter.set_content(text)
        parts = self._parts
        try:
            await aiosmtplib.send(
                letter,
                hostname=parts.hostname,
                port=parts.port,
                username=unquote(parts.username) if parts.username else None,
                password=unquote(parts.password) if parts.password else None,
                use_tls=parts.scheme == "smtps",
                timeout=15,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("mail.not_sent", reason=type(error).__name__)
            return False
        return True
