"""What a refresh survives: kills, full disks, readers, corrupted files."""
