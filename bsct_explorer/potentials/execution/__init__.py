"""How a potential is run: frames in batches, devices, threads, and torch's process-wide state."""
