"""Who was there: leases of live rooms and interviews."""
