"""Where facts are kept: the only folder with SQL."""
