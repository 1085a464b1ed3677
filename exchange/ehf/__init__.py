"""EHF: invoices and credit notes in Peppol BIS Billing 3.0, from what a bill holds to what an access point has got."""
