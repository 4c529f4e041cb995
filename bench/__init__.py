"""What Daigang costs, measured beside its rivals and the floor: `make bench`."""
