"""What measures of handling are counted from: a file per kind of fact, each read in one span of time by index."""
