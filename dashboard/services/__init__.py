"""What can be done: one function, one use case, one transaction."""
