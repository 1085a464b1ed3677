"""ArchiMate's exchange format (The Open Group, version 3.1): what of ours is which element and relationship, read both
ways."""
