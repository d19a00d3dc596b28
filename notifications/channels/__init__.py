"""The ways out of the house, one file for each provider, all behind `channel.SendPushes`."""
