"""Weekly fairs as a rule, their occurrences, booths, and live sessions on the agenda."""
