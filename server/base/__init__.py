"""The ground floor: what every feature stands on and no feature is known to."""
