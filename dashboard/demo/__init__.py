"""A made-up district with made-up cases, to try everything on without real data."""
