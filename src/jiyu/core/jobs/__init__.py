"""Background work by the Tasks API, kept in the company's own database, safe when workers die.

`backend` enqueues, `leases` decides who holds a job, `worker` runs it, `heartbeat` keeps it, `progress` tells
how far."""
