"""How it is shown: pages generated from the declarations, a few of our own, sign-in, errors and commands."""
