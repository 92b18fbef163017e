"""Simulated outside systems: what a district's neighbours offer, over the protocols they would use."""
