//! The insight of a company.

use serde_json::{Map, Value, json};

use super::{share, time};
use crate::api::company_json::{AFTER, LAST};
use crate::customer::assessment::{AdvisoryCode, Category};

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![("CompanyInsight", insight()), ("ExpectedDay", expected_day())]
}

fn insight() -> Value {
    let categories = || Category::ALL.map(Category::as_str);
    json!({
        "title": "Company insight",
        "description": "A company in figures. Days are those of UTC.",
        "type": "object",
        "properties": {
            "as-of": time("When the figures were read."),
            "customers": count("How many customers there are."),
            "created": counts("Customers created lately, today included.", &LAST.map(|it| it.1)),
            "deleted": counts("Customers deleted lately, today included.", &LAST.map(|it| it.1)),
            "categories": counts("How many customers of each category there are.", &categories()),
            "markets": markets(),
            "advisories": object(
                "The share of customers with each advisory.",
                AdvisoryCode::ALL.map(|code| (code.as_str(), share("Of all customers.")))
            ),
            "duplicates": object("Customers that are possible duplicates of each other.", [
                ("clusters", count("Groups of them.")), ("customers", count("Customers in the groups."))
            ]),
            "growth": growth(),
            "retention": retention(&categories()),
            "anomalies": {
                "description": "Days of the last year that stand out, the latest first.",
                "type": "array", "items": anomaly()
            }
        },
        "required": [
            "as-of", "customers", "created", "deleted", "categories", "markets", "advisories",
            "duplicates", "growth", "retention", "anomalies"
        ],
        "additionalProperties": false,
        "examples": [example()]
    })
}

fn example() -> Value {
    let day = |day: &str| json!({"day": day, "expected": 4.2, "low": 2, "high": 7});
    let mut yesterday = day("2026-11-22");
    (yesterday["created"], yesterday["deleted"]) = (json!(5), json!(1));
    let stays = json!({"after-30-days": 0.98, "after-90-days": 0.95, "after-365-days": null});
    let mut retention = stays.clone();
    retention["by-category"] = json!({"corporate": stays});
    let shares = AdvisoryCode::ALL.map(|code| (code.as_str().to_owned(), json!(0.025)));
    json!({
        "as-of": "2026-11-23T18:22:15.123Z", "customers": 360,
        "created": {"last-7-days": 28, "last-30-days": 120, "last-90-days": 355},
        "deleted": {"last-7-days": 7, "last-30-days": 30, "last-90-days": 90},
        "categories": {
            "corporate": 300, "freelance": 40, "public-sector": 10, "education": 5,
            "disposable": 1, "unknown": 4
        },
        "markets": {"IT": 340, "DE": 18, "unknown": 2},
        "advisories": shares.into_iter().collect::<Map<_, _>>(),
        "duplicates": {"clusters": 2, "customers": 5},
        "growth": {"history": [yesterday], "forecast": [day("2026-11-23"), day("2026-11-24")]},
        "retention": retention,
        "anomalies": [{
            "day": "2026-11-02", "of": "created", "direction": "above", "count": 41,
            "expected": 4.1, "low": 0, "high": 13
        }]
    })
}

fn count(description: &str) -> Value {
    json!({"description": description, "type": "integer", "minimum": 0})
}

fn number(description: &str) -> Value {
    json!({"description": description, "type": "number", "minimum": 0})
}

fn day() -> Value {
    json!({
        "description": "The day (UTC).", "type": "string", "format": "date",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    })
}

/// An object with exactly these properties.
fn object<const N: usize>(description: &str, properties: [(&str, Value); N]) -> Value {
    let required = properties.each_ref().map(|(name, _)| *name);
    let required = Value::from(required.to_vec());
    let properties: Map<String, Value> =
        properties.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    json!({
        "description": description, "type": "object", "properties": properties,
        "required": required, "additionalProperties": false
    })
}

fn counts(description: &str, names: &[&str]) -> Value {
    json!({
        "description": description, "type": "object",
        "properties": names.iter().map(|name| ((*name).to_owned(), json!({"type": "integer", "minimum": 0}))).collect::<Map<_, _>>(),
        "required": names, "additionalProperties": false
    })
}

fn markets() -> Value {
    json!({
        "description": "How many customers there are in each market: countries by their ISO 3166 codes, and unknown for those without one.",
        "type": "object",
        "propertyNames": {"pattern": "^(?:[A-Z]{2}|unknown)$"},
        "additionalProperties": {"type": "integer", "minimum": 1}
    })
}

fn expected_day() -> Value {
    json!({
        "title": "Expected day",
        "description": "How many creations of customers are expected on a day: in four of five days they are from low to high.",
        "type": "object",
        "properties": expected(),
        "required": ["day", "expected", "low", "high"],
        "examples": [{"day": "2026-11-24", "expected": 4.2, "low": 2, "high": 7}]
    })
}

fn expected() -> Map<String, Value> {
    let properties = [
        ("day", day()),
        ("expected", number("How many are expected.")),
        ("low", number("In nine of ten days there are not fewer.")),
        ("high", number("In nine of ten days there are not more.")),
    ];
    properties.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn growth() -> Value {
    let mut past = expected();
    past.insert("created".to_owned(), count("Customers created."));
    past.insert("deleted".to_owned(), count("Customers deleted."));
    object(
        "How many customers are created a day.",
        [
            (
                "history",
                json!({
                    "description": "The last 90 days until yesterday, or as many as there are, with what was expected the day before.",
                    "type": "array",
                    "items": {
                        "type": "object", "properties": past,
                        "required": ["day", "expected", "low", "high", "created", "deleted"],
                        "additionalProperties": false
                    }
                }),
            ),
            (
                "forecast",
                json!({
                    "description": "Today and the 29 days behind it.",
                    "type": "array", "items": super::reference("ExpectedDay")
                }),
            ),
        ],
    )
}

fn retention(categories: &[&str]) -> Value {
    let spans = || AFTER.map(|(_, name)| (name, share_or_null()));
    let of_category = object("Customers of one category.", spans());
    let by_category = json!({
        "description": "The same for each category that the company has or had.",
        "type": "object", "propertyNames": {"enum": categories}, "additionalProperties": of_category
    });
    let [first, second, third] = spans();
    object(
        "The share of customers who are still here at an age, those who are younger counted for as long as they were seen; null where nobody is that old.",
        [first, second, third, ("by-category", by_category)],
    )
}

fn share_or_null() -> Value {
    json!({"type": ["number", "null"], "minimum": 0, "maximum": 1})
}

fn anomaly() -> Value {
    object(
        "A day that stands out.",
        [
            ("day", day()),
            (
                "of",
                json!({"description": "What stands out.", "type": "string", "enum": ["created", "deleted"]}),
            ),
            (
                "direction",
                json!({"description": "To which side.", "type": "string", "enum": ["above", "below"]}),
            ),
            ("count", count("How many there were.")),
            ("expected", number("How many were to be expected.")),
            ("low", number("The fewest that would be ordinary.")),
            ("high", number("The most that would be ordinary.")),
        ],
    )
}
