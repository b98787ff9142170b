//! The kinds of pair: who two customers can be to each other.

/// Who two customers are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One person, entered twice.
    Same,
    /// Two people of one firm.
    Colleague,
    /// Two people of one family and one firm.
    Relative,
    /// Two people of one family with one mailbox.
    Household,
    /// Two people or firms with the mailbox of a role, an accountant or a firm.
    Mailbox,
    /// Two people who happen to have the same name.
    Namesake,
    /// Two people who have nothing to do with each other.
    Stranger,
}

impl Kind {
    /// How many there are.
    pub const COUNT: usize = 7;

    /// All of them, in the order of their numbers.
    pub const ALL: [Kind; Kind::COUNT] = [
        Kind::Same,
        Kind::Colleague,
        Kind::Relative,
        Kind::Household,
        Kind::Mailbox,
        Kind::Namesake,
        Kind::Stranger,
    ];

    /// Whether both are one person.
    pub fn is_duplicate(self) -> bool {
        self == Kind::Same
    }

    /// Which of their names agree by chance only.
    pub fn is_by_chance(self) -> ByChance {
        let last_name = matches!(self, Kind::Colleague | Kind::Mailbox | Kind::Stranger);
        ByChance {
            first_name: last_name || matches!(self, Kind::Relative | Kind::Household),
            last_name,
        }
    }

    /// Whether a company can tell how well they agree. There are few namesakes and households, and
    /// without labels they are not told from one person who changed firm or name.
    pub fn has_chances_of_a_company(self) -> bool {
        !matches!(self, Kind::Namesake | Kind::Household | Kind::Stranger)
    }
}

/// Which names of two customers agree by chance only, and so by how common they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByChance {
    /// The first names.
    pub first_name: bool,
    /// The last names.
    pub last_name: bool,
}
