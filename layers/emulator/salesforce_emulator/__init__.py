"""An emulated Salesforce org that unmodified Salesforce clients accept."""
