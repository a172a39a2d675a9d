"""Background processes: a thin shell of jobs and a beat around the services. Only ``workers.queue`` knows RQ and Redis."""
