"""How a field and a table are declared: words, vocabularies, checks, the folding of text, and every table's ground."""
