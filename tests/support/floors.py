"""The floors of the rooms that have some: what each wing, or file of a room, rests on there."""

from __future__ import annotations

FLOORS = {
    "models": {
        "declare": {"declare"},
        "tenancy": {"declare", "tenancy"},
        "registers": {"declare", "tenancy", "registers"},
        "money": {"declare", "tenancy", "registers", "money"},
        "changes": {"declare", "tenancy", "registers", "money", "changes"},
        "queries": {"declare", "tenancy", "registers", "money", "queries", "database"},
        "database": {"declare", "tenancy"},
        "migrating": {"declare", "tenancy"},
        "past": {"declare", "tenancy", "registers", "changes", "database"},
        "keeping": {"migrating", "keeping"},
        "seed": {"declare", "tenancy", "registers", "money", "changes", "queries", "database", "seed"},
    },
    "exchange": {
        "table": {"table"},
        "columns": {"columns"},
        "formulas": {"formulas"},
        "cells": {"table", "columns", "cells"},
        "guests": {"table", "cells", "guests"},
        "files": {"table", "formulas", "guests", "files"},
        "called": {"columns", "cells", "called"},
        "matching": {"table", "columns", "cells", "guests", "called", "matching"},
        "rows": {"table", "columns", "cells", "called", "rows"},
        "mapped": {"table", "files", "matching", "rows", "mapped"},
        "importing": {"rows", "importing"},
        "taking": {"taking"},
        "mergers": {"taking", "mergers"},
        "packages": {"taking", "packages"},
        "invoices": {"out", "ehf", "invoices"},
        "populations": {"populations"},
        "jobs": {"files", "rows", "jobs"},
        "worker": {"files", "rows", "importing", "jobs", "preview", "taking", "worker"},
        "choosing": {"table", "columns", "files", "called", "matching", "rows", "jobs", "choosing"},
        "preview": {"table", "files", "rows", "preview"},
        "faulty": {"table", "cells", "files", "rows", "faulty"},
        "out": {"columns", "formulas", "out"},
        "ehf": {"ehf"},
    },
}
