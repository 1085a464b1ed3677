"""Django's admin with django-import-export and django-simple-history, as its own handbooks set it up, on our tables."""
