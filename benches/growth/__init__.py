"""What an operation costs as customers become more, for `benches/growth/run`, whose header says how."""
