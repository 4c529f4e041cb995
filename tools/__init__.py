"""What builds and checks Daigang; the running product never imports it."""
