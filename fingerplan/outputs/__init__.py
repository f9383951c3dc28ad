"""What people see of the published warehouse; it selects from the marts and computes no figure."""
