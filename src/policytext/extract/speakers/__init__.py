"""Who can speak in a text, what it says of them, and which names are one person; ``finding`` is the door."""
