"""Visitors take tickets and come in; processes keep the room."""
