"""Who comes in, how much of them, and to what: everything between the network and the chat."""
