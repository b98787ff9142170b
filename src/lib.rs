//! `smart-customer`: a customer registry in one binary.
//!
//! The map, room by room, and who may know whom:
//!
//! | room | what it is for | may use |
//! |---|---|---|
//! | [`customer`] | the domain, pure: what a customer is, which input makes one, which words find it | nothing of ours |
//! | [`telemetry`] | log lines, counters | nothing of ours |
//! | [`intelligence`] | what is understood of a customer: pure functions over the lists in `data/` | `customer` |
//! | [`store`] | how customers are kept; the only room that knows sled, lsm-tree and bincode | `customer`, `telemetry` |
//! | [`operation`] | what the product does, free of any transport | the four above |
//! | [`api`] | what the product says it does: catalogue, JSON shapes and schemas, OpenAPI, tools for agents | `customer`, `intelligence` |
//! | [`console`] | the files of the web console, as a browser gets them | nothing of ours |
//! | [`http`] | how it is reached | `api`, `console`, `operation`, `customer`, `telemetry` |
//! | [`config`] | flags over environment over file, checked once, per command | `customer`, `operation`, `telemetry` |
//! | [`cli`] | one file per command | everything |
//!
//! HTTP and MCP are two doors to the same operations, described by the same catalogue (`api`).
//! A request goes one way: `http/server` → `http/path` → `http/pipeline` → `http/dispatch` →
//! `operation` → `store` / `intelligence`, and out again through the shapes of `api`. Domain
//! (`customer`), stored (`store/record`) and wire (`api/shape`) forms are separate and converted
//! by hand, so that disk, interface and domain change independently.

pub mod api;
pub mod cli;
pub mod config;
pub mod console;
pub mod customer;
pub mod http;
pub mod intelligence;
pub mod operation;
pub mod store;
pub mod telemetry;
