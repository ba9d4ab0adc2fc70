"""What the service speaks in: values, states, transition rules and domain errors.

May import the standard library and msgspec, and nothing of nova. Everything else in nova may import it.
"""
