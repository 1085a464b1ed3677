"""The nouns. A new register is a file here and its name in models.REGISTERS."""
