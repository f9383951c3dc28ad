"""What people see of the published warehouse: selected from the marts, never computed here."""
