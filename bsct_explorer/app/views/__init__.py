"""What shows a comparison: each view listens to the session and owns one thing, structure, slider, curves and so on."""
