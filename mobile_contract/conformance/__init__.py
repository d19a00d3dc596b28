"""Whether a running service keeps the contract: rules to put any service to, at any address."""
