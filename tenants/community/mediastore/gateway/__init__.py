"""The border of the shelf: files and feeds of strangers are opened here, and nowhere else."""
