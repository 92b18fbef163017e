"""One place for failure: a refusal is told in its own words, anything else is logged and apologised for."""

import structlog
from dash import set_props
from flask import request

from dashboard.domain.stages import CaseError
from layouts.ids import Shell
from layouts.refusals import refusal
from layouts.texts import texts

log = structlog.get_logger()


def show_error(error: Exception) -> None:
    """Say what went wrong in a toast; what is shown stays."""
    t = texts(request.cookies.get("language"))
    if isinstance(error, CaseError):
        message = refusal(error, t)
    else:
        log.error("callback failed", exc_info=error)
        message = t("出错了，已记录；页面上仍是之前的内容。")
    set_props(Shell.TOAST, {"children": message})
