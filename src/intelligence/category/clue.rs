//! The things known of a customer that tell its category: a code for programs and a sentence for a
//! clerk. What each is worth is in [`super::model`].

use crate::customer::Details;

/// One thing known of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Clue {
    /// The mailbox is made to be thrown away.
    ThrowAwayMailbox,
    /// The mailbox is a private one of a large provider.
    FreeMailbox,
    /// The mailbox is an Italian certified one, which firms and professionals have to have.
    CertifiedMailbox,
    /// The mailbox is one that a professional chamber gives to its members.
    ProfessionMailbox,
    /// The domain is the customer's own.
    OwnDomain,
    /// The domain is reserved to authorities.
    AuthorityDomain,
    /// The domain is a town's or an authority's by a list.
    ListedAuthority,
    /// The domain is reserved to teaching and research.
    SchoolDomain,
    /// The domain is a university's by a list.
    ListedUniversity,
    /// A word of the domain stands for an authority.
    AuthorityWord,
    /// A word of the domain stands for something that authorities and firms run.
    MaybeAuthorityWord,
    /// A word of the domain stands for a school.
    SchoolWord,
    /// A word of the domain stands for something that schools and firms run.
    MaybeSchoolWord,
    /// The domain holds the legal form of a firm.
    FormInDomain,
    /// A word of the domain says what the firm does.
    TradeInDomain,
    /// A word of the domain is a profession that persons have on their own.
    PracticeInDomain,
    /// The domain is one for organisations that are no firms.
    OrganisationDomain,
    /// The top-level domain is one that persons take.
    PersonalDomain,
    /// The domain is the person's full name.
    FullNameAsDomain,
    /// The address is the person's first name at the last name.
    FirstAtLastName,
    /// The domain is the person's last name.
    LastNameAsDomain,
    /// The domain holds the person's last name and more.
    LastNameInDomain,
    /// The address is that of a function, at a domain of its own.
    RoleAtOwnDomain,
    /// The name before the @ is the person's, at a domain that is not.
    EmployeeAddress,
    /// What is before the @ names an authority.
    AuthorityAddress,
    /// What is before the @ names a school.
    SchoolAddress,
    /// What is before the @ holds the legal form of a firm.
    FormInAddress,
    /// The name holds an authority's word.
    AuthorityName,
    /// The name holds a school's word.
    SchoolName,
    /// The name holds the legal form of a firm.
    FormInName,
    /// The name holds what a firm does.
    TradeInName,
    /// The name holds a professional title or practice.
    PracticeInName,
    /// The VAT number is of a form that only firms have.
    VatOfCompany,
    /// The VAT number is in a range that mostly firms have.
    VatLikelyOfCompany,
    /// The VAT number is of a form that only natural persons have.
    VatOfPerson,
    /// The VAT number is in a range that mostly natural persons have.
    VatLikelyOfPerson,
    /// The VAT number is of a form or range that only public bodies have.
    VatOfPublicBody,
    /// The VAT number is in a range of bodies without a firm: authorities, schools, associations.
    VatOfBodyWithoutFirm,
    /// The VAT number is in the range of public schools.
    VatOfSchool,
    /// The VAT number is an association's.
    VatOfAssociation,
    /// The VAT number is one that no country would issue.
    VatOfNobody,
}

/// The clues of one customer.
pub type Clues = Vec<Clue>;

impl Clue {
    /// The clue's name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Clue::ThrowAwayMailbox => "throw-away-mailbox",
            Clue::FreeMailbox => "free-mailbox",
            Clue::CertifiedMailbox => "certified-mailbox",
            Clue::ProfessionMailbox => "profession-mailbox",
            Clue::OwnDomain => "own-domain",
            Clue::AuthorityDomain => "authority-domain",
            Clue::ListedAuthority => "listed-authority",
            Clue::SchoolDomain => "school-domain",
            Clue::ListedUniversity => "listed-university",
            Clue::AuthorityWord => "authority-word",
            Clue::MaybeAuthorityWord => "maybe-authority-word",
            Clue::SchoolWord => "school-word",
            Clue::MaybeSchoolWord => "maybe-school-word",
            Clue::FormInDomain => "form-in-domain",
            Clue::TradeInDomain => "trade-in-domain",
            Clue::PracticeInDomain => "practice-in-domain",
            Clue::OrganisationDomain => "organisation-domain",
            Clue::PersonalDomain => "personal-domain",
            Clue::FullNameAsDomain => "full-name-as-domain",
            Clue::FirstAtLastName => "first-at-last-name",
            Clue::LastNameAsDomain => "last-name-as-domain",
            Clue::LastNameInDomain => "last-name-in-domain",
            Clue::RoleAtOwnDomain => "role-at-own-domain",
            Clue::EmployeeAddress => "employee-address",
            Clue::AuthorityAddress => "authority-address",
            Clue::SchoolAddress => "school-address",
            Clue::FormInAddress => "form-in-address",
            Clue::AuthorityName => "authority-name",
            Clue::SchoolName => "school-name",
            Clue::FormInName => "form-in-name",
            Clue::TradeInName => "trade-in-name",
            Clue::PracticeInName => "practice-in-name",
            Clue::VatOfCompany => "vat-of-company",
            Clue::VatLikelyOfCompany => "vat-likely-of-company",
            Clue::VatOfPerson => "vat-of-person",
            Clue::VatLikelyOfPerson => "vat-likely-of-person",
            Clue::VatOfPublicBody => "vat-of-public-body",
            Clue::VatOfBodyWithoutFirm => "vat-of-body-without-firm",
            Clue::VatOfSchool => "vat-of-school",
            Clue::VatOfAssociation => "vat-of-association",
            Clue::VatOfNobody => "vat-of-nobody",
        }
    }

    /// The clue in words for a clerk.
    pub fn message(self, details: &Details) -> String {
        let (local, domain) = details.email.rsplit_once('@').unwrap_or(("", &details.email));
        let vat = details.vat_number.as_str();
        match self {
            Clue::ThrowAwayMailbox => format!("mailboxes at {domain} are made to be thrown away"),
            Clue::FreeMailbox => {
                format!("{domain} gives mailboxes to anybody, so this is no domain of a firm")
            }
            Clue::CertifiedMailbox => {
                format!("{domain} gives certified mailboxes, which every business in Italy has")
            }
            Clue::ProfessionMailbox => {
                format!("{domain} gives mailboxes to the members of a profession")
            }
            Clue::OwnDomain => format!("{domain} is a domain of its own, as firms have one"),
            Clue::AuthorityDomain => format!("{domain} is below a domain kept for authorities"),
            Clue::ListedAuthority => format!("{domain} is the domain of a town or an authority"),
            Clue::SchoolDomain => {
                format!("{domain} is below a domain kept for teaching and research")
            }
            Clue::ListedUniversity => format!("{domain} is the domain of a university"),
            Clue::AuthorityWord => format!("{domain} holds a word for an authority"),
            Clue::MaybeAuthorityWord => format!("{domain} holds a word that authorities use"),
            Clue::SchoolWord => format!("{domain} holds a word for a school"),
            Clue::MaybeSchoolWord => format!("{domain} holds a word that schools use"),
            Clue::FormInDomain => format!("{domain} holds the legal form of a firm"),
            Clue::TradeInDomain => format!("{domain} names a line of business"),
            Clue::PracticeInDomain => {
                format!("{domain} names a profession that people have on their own")
            }
            Clue::OrganisationDomain => format!("{domain} is of a kind that organisations take"),
            Clue::PersonalDomain => format!("{domain} is of a kind that persons take"),
            Clue::FullNameAsDomain => format!("{domain} is the person's own name"),
            Clue::FirstAtLastName => {
                format!("{} is the person's first name at the last name", details.email)
            }
            Clue::LastNameAsDomain => format!("{domain} is the person's last name"),
            Clue::LastNameInDomain => format!("{domain} holds the person's last name"),
            Clue::RoleAtOwnDomain => {
                format!("{local}@ is an office's address at a domain of its own")
            }
            Clue::EmployeeAddress => {
                format!("{local}@ is a person's address at an organisation's domain")
            }
            Clue::AuthorityAddress => format!("{local}@ holds a word for an authority"),
            Clue::SchoolAddress => format!("{local}@ holds a word for a school"),
            Clue::FormInAddress => format!("{local}@ holds the legal form of a firm"),
            Clue::AuthorityName => "the name holds a word for an authority".to_owned(),
            Clue::SchoolName => "the name holds a word for a school".to_owned(),
            Clue::FormInName => "the name holds the legal form of a firm".to_owned(),
            Clue::TradeInName => "the name holds a line of business".to_owned(),
            Clue::PracticeInName => "the name holds a profession's title".to_owned(),
            Clue::VatOfCompany => format!("the VAT number {vat} is a company's"),
            Clue::VatLikelyOfCompany => {
                format!("the VAT number {vat} is of a kind that mostly companies have")
            }
            Clue::VatOfPerson => format!("the VAT number {vat} is a natural person's"),
            Clue::VatLikelyOfPerson => {
                format!("the VAT number {vat} is of a kind that mostly natural persons have")
            }
            Clue::VatOfPublicBody => format!("the VAT number {vat} is a public body's"),
            Clue::VatOfBodyWithoutFirm => format!(
                "the VAT number {vat} is of a kind that authorities, schools and associations have"
            ),
            Clue::VatOfSchool => format!("the VAT number {vat} is a public school's"),
            Clue::VatOfAssociation => format!("the VAT number {vat} is an association's"),
            Clue::VatOfNobody => format!("the VAT number {vat} is one that is never issued"),
        }
    }
}
