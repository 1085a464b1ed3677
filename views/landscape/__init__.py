"""The map of what a municipality has: what an address asks of it, how it is drawn, and the same in words."""
