"""The shared picture of now: one per process, refreshed once per change, handed to every viewer."""
