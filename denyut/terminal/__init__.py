"""The live feed as a person reads it in a terminal: the words, states and order of the screens."""
