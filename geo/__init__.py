"""Where things are: geometry in, geometry or codes out. Knows neither Dash nor the database."""
