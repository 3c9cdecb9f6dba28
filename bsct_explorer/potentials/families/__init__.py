"""One file a family of potentials; none imports its package before it loads one."""
