"""How a field and a table are declared: words, vocabularies, checks, the folding of text, and the ground of every table."""
