"""All of Troovon on one machine: its servers, its processes, the command that starts them."""
