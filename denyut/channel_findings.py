"""What the doctor says of the ways out: whether each is set up so that it can work.

Nothing is sent. Firebase's account is read; the mail server is greeted and signed in to.
"""

from denyut.channels import emails
from denyut.findings import Finding
from denyut.settings import Settings
from notifications.channels.fcm import CredentialsError, Fcm, FcmOptions
from notifications.channels.mail_server import MailServerError
from notifications.channels.vapid import ContactUnusable, checked_contact


async def channel_findings(settings: Settings) -> list[Finding]:
    """One for each way out, set up or not."""
    return [_browsers(settings), await _firebase(settings), await _mail(settings)]


def _browsers(settings: Settings) -> Finding:
    contact = settings.web_push.contact
    remedy = "Set DENYUT_WEB_PUSH__CONTACT to an address that you read, as mailto:it@…."
    try:
        checked_contact(contact)
    except ContactUnusable as problem:
        return Finding("Web Push", "wrong", str(problem), remedy)
    if contact is None and settings.host not in ("127.0.0.1", "::1", "localhost"):
        return Finding("Web Push", "warning", "has no contact: Apple's service refuses it", remedy)
    return Finding("Web Push", "ok", f"push services may write to {contact or 'nobody'}")


async def _firebase(settings: Settings) -> Finding:
    if settings.fcm_credentials is None:
        return Finding("Firebase", "ok", "not configured: native apps have the inbox alone")
    try:
        async with Fcm.opened(FcmOptions(settings.fcm_credentials, url=settings.fcm_url)):
            return Finding("Firebase", "ok", "the service account can be read")
    except CredentialsError as problem:
        remedy = "Download a service account key from the Firebase console, and name its file in "
        return Finding("Firebase", "wrong", str(problem), f"{remedy}DENYUT_FCM_CREDENTIALS.")


async def _mail(settings: Settings) -> Finding:
    if settings.smtp_url is None:
        return Finding("mail server", "ok", "not configured: nobody gets e-mail")
    remedy = "Check DENYUT_SMTP_URL and DENYUT_SMTP_SENDER. Meanwhile letters wait."
    try:
        problem = await (await emails(settings)).problem()
    except MailServerError as error:
        return Finding("mail server", "wrong", str(error), remedy)
    if problem is not None:
        return Finding("mail server", "wrong", problem, remedy)
    return Finding("mail server", "ok", f"takes letters from {settings.smtp_sender}")
