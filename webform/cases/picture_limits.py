"""What the darkroom and those who wait for it have agreed on. Nothing that decodes pictures is loaded here."""

SECONDS = 25  # of processor time for one picture
BROKEN, TOO_MANY = 3, 4  # how the darkroom ends where no picture comes out
