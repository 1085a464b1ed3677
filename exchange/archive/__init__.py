"""All that belongs to a municipality, as one file that another Orden can read: written, told, and read again."""
