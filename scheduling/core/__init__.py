"""The planner. Pure: no Django, no clock but in ``stop``, no network, no unseeded randomness."""
