"""Every state of a push is a figure, each channel its own."""

import asyncpg
from prometheus_client import CollectorRegistry, generate_latest

from denyut.push_figures import OUTCOMES, outbox_figures
from notifications.outbox import Outbox, OutboxOptions
from notifications.texts import Texts
from tests.notifications.sending import sent_all


async def test_each_channel_shows_every_state(pool: asyncpg.Pool) -> None:
    texts = Texts.loaded()
    outboxes = {
        name: Outbox(pool, name, sent_all, texts, OutboxOptions()) for name in ("fcm", "web_push")
    }
    outboxes["fcm"].outcomes["Sent"] = 7
    outboxes["web_push"].overdue_s = 601.0
    registry = CollectorRegistry()
    for figures in outbox_figures(outboxes):
        registry.register(figures)
    text = generate_latest(registry).decode()
    assert "denyut_outbox_fcm_sent_total 7.0" in text
    assert "denyut_outbox_web_push_late 1.0" in text
    assert "denyut_outbox_fcm_late 0.0" in text
    for name in OUTCOMES:
        assert f"denyut_outbox_web_push_{name} 0.0" in text or name == "sent_total"
