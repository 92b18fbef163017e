"""One file per protocol: an outside system's answer becomes records, or one kind of error."""
