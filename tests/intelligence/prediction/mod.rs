//! How far what is predicted can be believed, on series and lifetimes that it never saw.

mod anomaly;
mod any_history;
mod growth;
mod retention;
mod series;
