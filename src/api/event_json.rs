//! Events as they go out: one server-sent event each (WHATWG HTML, section 9.2.6), with JSON in it.

use std::io::Write;

use serde::Serialize;

use super::shape::{IdShape, TimeShape};
use crate::customer::assessment::Category;
use crate::customer::{Event, EventKind};

/// What an event says. Every event has every key: what is not known is null.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct EventShape<'e> {
    kind: &'static str,
    customer_id: IdShape,
    category: Option<&'static str>,
    market: Option<&'e str>,
    time: TimeShape,
}

/// Appends event `number`.
///
/// # Errors
/// None in practice: all texts are valid and a `Vec` takes every byte.
pub fn write_event(number: u64, event: &Event, out: &mut Vec<u8>) -> std::io::Result<()> {
    let shape = EventShape::from(event);
    write!(out, "id: {number}\nevent: {}\ndata: ", shape.kind)?;
    serde_json::to_writer(&mut *out, &shape)?;
    out.write_all(b"\n\n")
}

impl<'e> From<&'e Event> for EventShape<'e> {
    fn from(event: &'e Event) -> EventShape<'e> {
        EventShape {
            kind: kind(event.kind),
            customer_id: IdShape(event.customer),
            category: event.category.map(Category::as_str),
            market: event.market.as_deref(),
            time: TimeShape(event.at),
        }
    }
}

/// What happened, in a word.
pub(super) fn kind(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Created => "created",
        EventKind::Updated => "updated",
        EventKind::Deleted => "deleted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::CustomerId;

    fn written(kind: EventKind, market: Option<&str>) -> String {
        let customer = CustomerId::parse("01JD8Z3M6Q4X9T2V7B5N1C0KRE").unwrap();
        let at = "2026-11-23T18:22:15Z".parse().unwrap();
        let mut out = Vec::new();
        let (category, market) = (Some(Category::Corporate), market.map(str::to_owned));
        let event = Event { kind, customer, market, category, at };
        write_event(17, &event, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_event_has_its_number_its_kind_and_what_happened() {
        assert_eq!(
            written(EventKind::Updated, Some("IT")),
            "id: 17\nevent: updated\ndata: {\"kind\":\"updated\",\
             \"customer-id\":\"01JD8Z3M6Q4X9T2V7B5N1C0KRE\",\"category\":\"corporate\",\"market\":\"IT\",\
             \"time\":\"2026-11-23T18:22:15.000Z\"}\n\n"
        );
    }

    #[test]
    fn a_market_that_is_not_known_is_null() {
        assert!(written(EventKind::Deleted, None).contains("\"market\":null,"));
    }
}
