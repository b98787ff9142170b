//! What a name tells: whether anybody is called that, how it is written, which part is which.
