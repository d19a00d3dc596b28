"""What phones and screens may rely on, as documents; made by `denyut contract write`."""
