//! How likely it is that a record is genuine and complete, and what lowers that.
