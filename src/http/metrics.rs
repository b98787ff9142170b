//! `GET /metrics`: how the service is, in the text form that Prometheus collects (version 0.0.4).
//! What is counted lies beside what it is counted of; here it gets its names. No label has a value
//! that a client chose.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use super::answer::{self, Answer};
use super::problem::{Kind, Problem};
use super::{Service, health};
use crate::customer::access::{Principal, Scope};
use crate::customer::assessment::AdvisoryCode;
use crate::intelligence::intent::Purpose;
use crate::store::DiskUse;
use crate::telemetry::meter::{COMMIT, Spread};

/// What all names begin with.
const PREFIX: &str = "smart_customer";

/// Microseconds in a second: figures are told in base units.
const MICROSECONDS: f64 = 1e6;

/// The figures of this moment.
///
/// # Errors
/// 403 where the token is not one for all companies that may read or manage.
pub async fn answer(service: &Arc<Service>, principal: &Principal) -> Result<Answer, Problem> {
    let Principal { scope, permissions, .. } = principal;
    if *scope != Scope::EVERYTHING || !(permissions.read || permissions.admin) {
        let detail = "this needs a token for all products and companies with the permission read \
                      or admin";
        return Err(Problem::new(Kind::Forbidden, detail));
    }
    // While the store is made anew, everything else is of all the more interest.
    let disk = service.registry.store().disk_use().await.ok();
    let mut registry = Registry::with_prefix(PREFIX);
    registry.register_collector(Box::new(Moment { service: service.clone(), disk }));
    let mut text = String::new();
    encode(&mut text, &registry)
        .map_err(|error| Problem::internal(format!("the figures cannot be written: {error}")))?;
    Ok(answer::metrics(text))
}

/// What is told at one moment.
struct Moment {
    service: Arc<Service>,
    disk: Option<DiskUse>,
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Moment").finish_non_exhaustive()
    }
}

impl Collector for Moment {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page(encoder);
        self.service_itself(&mut page)?;
        self.requests(&mut page)?;
        self.connections(&mut page)?;
        self.operations(&mut page)?;
        self.journal(&mut page)?;
        self.disk.as_ref().map_or(Ok(()), |disk| disk_use(disk, &mut page))
    }
}

impl Moment {
    fn service_itself(&self, page: &mut Page<'_>) -> fmt::Result {
        let made_from = [("version", env!("CARGO_PKG_VERSION")), ("commit", COMMIT)];
        page.begin("build", "What the program was made from", MetricType::Info)?
            .encode_info(&made_from)?;
        let started = self.service.started_at.as_millisecond() as f64 / 1e3;
        page.gauge("start_time_seconds", "When the service started, since 1970", started)?;
        let ready = f64::from(u8::from(health::is_ready(&self.service)));
        page.gauge("ready", "Whether all requests are taken, as /readyz says", ready)
    }

    fn requests(&self, page: &mut Page<'_>) -> fmt::Result {
        let meter = &self.service.meter;
        let mut requests = page.begin("requests", "Answers", MetricType::Counter)?;
        for counted in meter.read() {
            for (status, count) in &counted.statuses {
                let labels = [("operation", counted.subject), ("status", status.as_str())];
                count_into(requests.encode_family(&labels)?, *count)?;
            }
        }
        let help =
            "Time until an answer begins; a list, a bulk answer or a feed goes on after that";
        let mut durations = page.begin("request_duration_seconds", help, MetricType::Histogram)?;
        for counted in meter.read().filter(|counted| !counted.statuses.is_empty()) {
            let labels = [("operation", counted.subject)];
            let spread = counted.durations.read();
            spread_into(durations.encode_family(&labels)?, &spread, MICROSECONDS)?;
        }
        let reasons = Kind::ALL.map(|kind| kind.text().name);
        let help =
            "Problems that were answered, also for lines of bulk requests and calls of tools";
        page.counters("refusals", help, "reason", &reasons, &meter.refusals.read())
    }

    fn connections(&self, page: &mut Page<'_>) -> fmt::Result {
        let Service { connections, limits, meter, .. } = &*self.service;
        page.gauge("open_connections", "Connections that are open", connections.open() as f64)?;
        let limit = limits.connections as f64;
        page.gauge("connection_limit", "Connections that may be open", limit)?;
        let accepted = page.begin("connections", "Connections accepted", MetricType::Counter)?;
        count_into(accepted, connections.ever())?;
        let (help, outcomes) = ("TLS handshakes", ["done", "failed"]);
        page.counters("tls_handshakes", help, "outcome", &outcomes, &meter.handshakes.read())
    }

    fn operations(&self, page: &mut Page<'_>) -> fmt::Result {
        let meter = self.service.registry.meter();
        let codes = AdvisoryCode::ALL.map(AdvisoryCode::as_str);
        let help = "Advisories of customers when they were created or changed";
        page.counters("advisories", help, "code", &codes, &meter.advisories.read())?;
        let purposes = Purpose::ALL.map(Purpose::as_str);
        let help = "Sentences by what they ask for";
        page.counters("intents", help, "purpose", &purposes, &meter.intents.read())
    }

    fn journal(&self, page: &mut Page<'_>) -> fmt::Result {
        let meter = self.service.registry.store().journal_meter();
        let help = "Requests that were written with one sync of the journal";
        let groups = page.begin("journal_group_requests", help, MetricType::Histogram)?;
        spread_into(groups, &meter.requests.read(), 1.0)?;
        let help = "Time that a sync of the journal takes";
        let syncs = page.begin("journal_sync_duration_seconds", help, MetricType::Histogram)?;
        spread_into(syncs, &meter.syncs.read(), MICROSECONDS)
    }
}

fn disk_use(disk: &DiskUse, page: &mut Page<'_>) -> fmt::Result {
    page.gauge("customers", "Customers, of all companies", disk.customers as f64)?;
    let files = &disk.files;
    let mut bytes = page.begin("disk_bytes", "Bytes on the disk", MetricType::Gauge)?;
    for (part, size) in
        [("journal", files.journal), ("snapshots", files.snapshots), ("trees", files.trees)]
    {
        bytes.encode_family(&[("part", part)])?.encode_gauge(&(size as f64))?;
    }
    if let Some(free) = files.free {
        page.gauge("disk_free_bytes", "Bytes that can still be written", free as f64)?;
    }
    if let Some(taken_at) = files.snapshot_taken_at {
        let help = "When the newest snapshot was taken, since 1970";
        page.gauge("snapshot_time_seconds", help, taken_at.as_millisecond() as f64 / 1e3)?;
    }
    Ok(())
}

/// The figures that are written so far.
struct Page<'p>(DescriptorEncoder<'p>);

impl Page<'_> {
    fn begin<'s>(
        &'s mut self,
        name: &'s str,
        help: &str,
        kind: MetricType,
    ) -> Result<MetricEncoder<'s>, fmt::Error> {
        self.0.encode_descriptor(name, help, None, kind)
    }

    fn gauge(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        self.begin(name, help, MetricType::Gauge)?.encode_gauge(&value)
    }

    /// All of them, also what never happened: so that the first time is seen as an increase.
    fn counters(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: &[&str],
        counts: &[u64],
    ) -> fmt::Result {
        let mut counters = self.begin(name, help, MetricType::Counter)?;
        for (value, count) in values.iter().zip(counts) {
            count_into(counters.encode_family(&[(label, *value)])?, *count)?;
        }
        Ok(())
    }
}

fn count_into(mut encoder: MetricEncoder<'_>, count: u64) -> fmt::Result {
    encoder.encode_counter::<NoLabelSet, _, u64>(&count, None)
}

fn spread_into(mut encoder: MetricEncoder<'_>, spread: &Spread, unit: f64) -> fmt::Result {
    let mut buckets: Vec<(f64, u64)> =
        spread.within.iter().map(|&(bound, count)| (bound as f64 / unit, count)).collect();
    buckets.push((f64::INFINITY, spread.above));
    let sum = spread.sum as f64 / unit;
    encoder.encode_histogram::<NoLabelSet>(sum, spread.count(), &buckets, None)
}
