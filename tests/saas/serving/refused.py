"""An application that refuses to start, later than granian looks for a loop of failed starts."""

import time

time.sleep(6)
raise SystemExit("This application does not start.")
