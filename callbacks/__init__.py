"""What happens on an event: one question or act, one drawing."""
