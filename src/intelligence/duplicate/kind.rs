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

    /// Whether they have agreeing first names only by chance.
    pub fn has_first_name_by_chance(self) -> bool {
        !self.is_duplicate() && self != Kind::Namesake
    }

    /// Whether they have agreeing last names only by chance.
    pub fn has_last_name_by_chance(self) -> bool {
        matches!(self, Kind::Colleague | Kind::Mailbox | Kind::Stranger)
    }
}
