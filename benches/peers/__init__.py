"""smart-customer beside its peers, for `benches/peers/run`, whose header says what is compared."""
