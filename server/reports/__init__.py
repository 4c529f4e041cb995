"""Reports of fairs: they read everything and write nothing."""
