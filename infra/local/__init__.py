"""All of Troovon on a single machine: its servers, its processes, the command to start them."""
