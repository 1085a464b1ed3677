"""What we swap with other systems: spreadsheets going out as honest forms, and coming in without losing anything."""
