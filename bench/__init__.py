"""Measures what the product claims to be fast: `make bench`. docs/performance.md says what the rows mean."""
