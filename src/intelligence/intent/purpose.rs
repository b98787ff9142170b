//! What a text may ask for.

/// The purpose of a request, as the API names it in `X-AI-Metadata`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Somebody is to become a customer.
    CustomerCreation,
    /// All or many customers, or those that a search finds.
    CustomerListing,
    /// One customer, or a field of it.
    CustomerDetail,
    /// A field of a customer is to be another.
    CustomerUpdate,
    /// A customer is to be deleted.
    CustomerDeletion,
    /// Counts, shares, trends, forecasts, duplicates or data quality of all customers.
    CompanyInsight,
    /// None of these.
    Unknown,
}

impl Purpose {
    /// All purposes, in the order in which scores are kept.
    pub const ALL: [Purpose; 7] = [
        Purpose::CustomerCreation,
        Purpose::CustomerListing,
        Purpose::CustomerDetail,
        Purpose::CustomerUpdate,
        Purpose::CustomerDeletion,
        Purpose::CompanyInsight,
        Purpose::Unknown,
    ];

    /// How the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::CustomerCreation => "customer_creation",
            Purpose::CustomerListing => "customer_listing",
            Purpose::CustomerDetail => "customer_detail",
            Purpose::CustomerUpdate => "customer_update",
            Purpose::CustomerDeletion => "customer_deletion",
            Purpose::CompanyInsight => "company_insight",
            Purpose::Unknown => "unknown",
        }
    }

    /// The purpose that the API writes so.
    pub fn named(name: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == name)
    }

    /// Its place in [`Purpose::ALL`].
    pub fn place(self) -> usize {
        self as usize
    }
}
