"""What would become of each row of a sheet: found again or new, field by field, with every problem at its cell."""
