"""Whether a port can be had."""

from dashboard.commands.console import fail
from dashboard.serving import is_free


def check_port(host: str, port: int) -> None:
    """Refuse to begin when somebody else listens there."""
    if not is_free(host, port):
        fail(f"port {port} on {host} is taken; end what listens there, or choose another: PORT=8123 or --port 8123")
