"""The landscape of one municipality: what it has of services, systems and data, and how it hangs together."""
