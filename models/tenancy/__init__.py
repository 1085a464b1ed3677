"""Who, where, what: roles and people, the scope they reach, and the walls that hold it."""
