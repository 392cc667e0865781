"""Rules of the waiting room: lanes, tickets, admission control, the draw."""
