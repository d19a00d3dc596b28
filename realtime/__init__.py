"""The way of a report: intake, feed log, bus, hub, socket.

PostgreSQL is the truth; everything else here is speed.
"""
