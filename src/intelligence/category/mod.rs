//! What kind of customer it is, how sure that is, and why.
