"""Files that come in: what kind they are, and what tables they hold.

What looks into them runs in a process of its own (`child.py`), with limits, and knows nothing but this folder: it loads
in a blink, and holds nothing that a file could reach. `reading.py` is the door.
"""
