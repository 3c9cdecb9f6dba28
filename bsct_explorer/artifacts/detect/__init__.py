"""What the numbers of a curve on its grid show: the part of detection below the kinds (`artifacts.kinds`)."""
