//! People with names as common as in life, and what one asks for them.

#![allow(dead_code, reason = "each bench uses a part of it")]

/// First names, the most common first.
const FIRST: [&str; 60] = [
    "Giulia",
    "Marco",
    "Anna",
    "Luca",
    "Maria",
    "Andrea",
    "Francesca",
    "Giuseppe",
    "Sara",
    "Paolo",
    "Elena",
    "Matteo",
    "Chiara",
    "Davide",
    "Laura",
    "Simone",
    "Martina",
    "Stefano",
    "Silvia",
    "Roberto",
    "Valentina",
    "Antonio",
    "Federica",
    "Mario",
    "Alessandra",
    "Giorgio",
    "Elisa",
    "Claudio",
    "Paola",
    "Enrico",
    "Monica",
    "Fabio",
    "Cristina",
    "Hans",
    "Ursula",
    "Jürgen",
    "Sabine",
    "Thomas",
    "François",
    "Hélène",
    "Jean",
    "Camille",
    "José",
    "Carmen",
    "Miguel",
    "Zoë",
    "Łukasz",
    "Agnieszka",
    "Søren",
    "Ingrid",
    "Ivan",
    "Олег",
    "Dimitris",
    "Γιώργος",
    "John",
    "Emily",
    "Oliver",
    "Grace",
    "Seán",
    "Niamh",
];

/// Beginnings and ends of surnames; together they make a few thousand.
const HEADS: [&str; 60] = [
    "Ross", "Bianch", "Ferrar", "Esposit", "Roman", "Colomb", "Ricc", "Marin", "Grec", "Brun",
    "Gall", "Cont", "Costa", "Giordan", "Mancin", "Rizz", "Lombard", "Morett", "Barbier", "Fontan",
    "Santor", "Marian", "Rinald", "Carus", "Ferr", "Leon", "Longh", "Martin", "Vital", "Serr",
    "Müll", "Schmid", "Schneid", "Fisch", "Web", "Wagn", "Beck", "Hoffm", "Schäf", "Koch", "Dub",
    "Mor", "Laur", "Sim", "Mich", "Lefebv", "Garc", "Rodrígu", "Fernánd", "Lóp", "Smith", "Jones",
    "Tayl", "Brown", "Wils", "Kowalsk", "Nowak", "Janss", "Hans", "Nils",
];
const TAILS: [&str; 50] = [
    "i", "o", "a", "etti", "ini", "elli", "one", "ucci", "ari", "ani", "er", "mann", "son", "sen",
    "ez", "es", "et", "ot", "ier", "eau", "ski", "ova", "ic", "aro", "ino", "ella", "ati", "oni",
    "acci", "usi", "iello", "otto", "asco", "essa", "igo", "ante", "ento", "illo", "anza", "ori",
    "eri", "omi", "uti", "ezzi", "alli", "orsi", "umi", "ilde", "etz", "berg",
];

const DOMAINS: [&str; 8] = [
    "gmail.com",
    "libero.it",
    "example.com",
    "studio-rossi.it",
    "officine.example.org",
    "gmx.de",
    "pec.it",
    "azienda.example.net",
];

/// Kinds of question.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A surname as it is.
    Surname,
    /// First name and surname.
    Both,
    /// The first letters.
    Prefix(usize),
    /// A surname with two neighbours swapped.
    Typo,
    /// The whole address.
    Email,
    /// A common first name and a surname with a typo.
    BothWithTypo,
    /// A word that nobody has.
    Nothing,
    /// A first name and a word that nobody has.
    CommonAndNothing,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 10] = [
        Kind::Surname,
        Kind::Both,
        Kind::Prefix(1),
        Kind::Prefix(2),
        Kind::Prefix(4),
        Kind::Typo,
        Kind::Email,
        Kind::BothWithTypo,
        Kind::Nothing,
        Kind::CommonAndNothing,
    ];

    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Surname => "a surname",
            Kind::Both => "first name and surname",
            Kind::Prefix(1) => "one letter",
            Kind::Prefix(2) => "two letters",
            Kind::Prefix(_) => "four letters",
            Kind::Typo => "a surname, mistyped",
            Kind::Email => "a whole address",
            Kind::BothWithTypo => "first name and mistyped surname",
            Kind::Nothing => "a word that nobody has",
            Kind::CommonAndNothing => "a first name and such a word",
        }
    }
}

/// One person.
pub struct Person {
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Address.
    pub email: String,
}

/// People, and questions for them, always the same ones (SplitMix64, Steele et al. 2014).
pub struct People(u64);

impl People {
    /// From the beginning.
    pub fn new() -> People {
        People(42)
    }

    /// From a place that has a number: others than from any other.
    pub fn from(number: usize) -> People {
        People((number as u64).wrapping_mul(0xD134_2543_DE82_EF95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A rank below `count`; rank r is about 1/(r+1) as likely as the first (Zipf's law).
    fn zipf(&mut self, count: usize) -> usize {
        let uniform = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((count as f64 + 1.0).powf(uniform) - 1.0) as usize % count
    }

    fn pick(&mut self, from: &'static [&'static str]) -> &'static str {
        let position = self.zipf(from.len());
        from.get(position).copied().unwrap_or_default()
    }

    fn surname(&mut self) -> String {
        format!("{}{}", self.pick(&HEADS), self.pick(&TAILS))
    }

    /// The names of the next person.
    pub fn names(&mut self) -> (String, String) {
        (self.pick(&FIRST).to_owned(), self.surname())
    }

    /// The next person.
    pub fn person(&mut self) -> Person {
        let (first, last) = self.names();
        let number = self.next() % 100_000;
        let domain = self.pick(&DOMAINS);
        let email = match number % 3 {
            0 => format!("{}.{}@{domain}", first.to_lowercase(), last.to_lowercase()),
            1 => format!("{}{number}@{domain}", last.to_lowercase()),
            _ => format!("info{number}@{domain}"),
        };
        Person { first, last, email }
    }

    /// The next question of a kind.
    pub fn question(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Surname => self.surname(),
            Kind::Both => format!("{} {}", self.pick(&FIRST), self.surname()),
            Kind::Prefix(letters) => self.surname().chars().take(letters).collect(),
            Kind::Typo => self.mistyped(),
            Kind::Email => self.person().email,
            Kind::BothWithTypo => format!("{} {}", self.pick(&FIRST), self.mistyped()),
            Kind::Nothing => "qqxzkwv".to_owned(),
            Kind::CommonAndNothing => format!("{} qqxzkwv", self.pick(&FIRST)),
        }
    }

    fn mistyped(&mut self) -> String {
        let mut letters: Vec<char> = self.surname().chars().collect();
        let at = 1 + self.next() as usize % (letters.len() - 2);
        letters.swap(at, at + 1);
        letters.into_iter().collect()
    }
}
