"""The command line: `yiwang`, or `python -m dashboard`."""


def main() -> None:
    """Run the command line. Commands are loaded only here: spawned processes read this module again."""
    from dashboard.commands.main import app

    app()


if __name__ == "__main__":
    main()
