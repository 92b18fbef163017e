"""Messages to people outside the product, by any way that Apprise knows: mail, WeCom, DingTalk, Feishu, SMS, a call."""

import logging
from collections.abc import Mapping
from typing import Any

import apprise

from dashboard.config.handling import Notices
from dashboard.connectors.http import secret
from dashboard.connectors.records import FeedError

logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would write addresses with their secrets


def send_message(notices: Notices, route: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Send a title and a body along a route.

    Raises:
        FeedError: the route is not configured, or the message was not taken.
    """
    found = next((one for one in notices.routes if one.id == route), None)
    if found is None:
        raise FeedError(f"the route {route!r} is not configured any more")
    sender = apprise.Apprise()
    if not sender.add(secret(found.url_env)):
        raise FeedError(f"the variable {found.url_env} holds no address that Apprise understands")
    if not sender.notify(title=str(payload["title"]), body=str(payload["body"])):
        raise FeedError(f"the route {route!r} did not take the message")
    return {"route": route}
