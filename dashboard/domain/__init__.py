"""The rules of the district's work: pure functions and values, standard library only, time is an argument."""
