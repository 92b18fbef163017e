"""Who may come in: accounts of people, credentials of wall devices, one-time links, sessions."""
