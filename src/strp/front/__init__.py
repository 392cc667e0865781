"""The front: what stands before the doors and costs next to nothing.

Raw ASGI: kept pages and the waiting room are answered here from memory, visitors who have to wait
are told so, and of the rest no more is let through at once than can be finished.
"""
