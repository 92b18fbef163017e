"""The command line: `yiwang`, or `python -m dashboard`."""

from dashboard.commands.main import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
