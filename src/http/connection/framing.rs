//! Follows the framing of the requests a client sends over HTTP/1.x, to notice a head that holds
//! both `Transfer-Encoding` and `Content-Length`.
//!
//! Two servers in a row which disagree on which of the two counts disagree on where the next
//! request starts: that is request smuggling, and RFC 9112 sections 6.1 and 6.3 let a server
//! refuse such a request. hyper drops the length silently and hands the rest to the service, so
//! the service cannot tell; only the bytes can.
//!
//! The scanner accepts what hyper and its parser accept, no less: where it gives up on bytes it
//! cannot follow, hyper refuses them too and reads no further request from the connection. It
//! does not give up after `CONNECT` or `Upgrade`, since hyper reads on where the service grants
//! neither; where it does, no request follows for which the verdict would be asked.

const LONGEST_METHOD: usize = 8;
const VERSION_BUT_MINOR: &[u8] = b"HTTP/1.";
const CHUNKED: &[u8] = b"chunked";

/// An incremental reader of the bytes of one HTTP/1.x connection, from its first byte on.
///
/// It keeps no bytes and allocates nothing, so it may see every byte of every connection.
///
/// It goes blind, which means that it reports nothing further, when the bytes are no HTTP/1.x
/// (the preface of HTTP/2 included, RFC 9113 section 3.4).
#[derive(Debug, Default)]
pub struct FramingScanner {
    place: Place,
    head: Head,
    conflicting: bool,
}

impl FramingScanner {
    /// A scanner at the first byte of a connection.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Follows the next bytes the client sent, however they are cut.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        while let Some((&first, rest)) = bytes.split_first() {
            bytes = match self.place {
                Place::Blind => return,
                Place::Start => self.read_request_line(bytes),
                Place::Field => self.read_field(bytes),
                Place::Target => self.skip_target(bytes),
                Place::FieldRest => self.skip_field(bytes),
                Place::Body(left) => self.skip_body(left, bytes),
                Place::Chunk(Chunk::Data(left)) => self.skip_data(left, bytes),
                Place::Chunk(Chunk::Extension(size)) => self.skip_extension(size, bytes),
                Place::Chunk(Chunk::Trailer) => self.skip_trailer(bytes),
                _ => self.read_byte(first, rest),
            };
        }
    }

    /// Whether a request head held both `Transfer-Encoding` and `Content-Length` (RFC 9112
    /// section 6.1). Once true it stays true.
    #[must_use]
    pub fn conflicting(&self) -> bool {
        self.conflicting
    }

    fn read_byte<'a>(&mut self, first: u8, rest: &'a [u8]) -> &'a [u8] {
        self.place = self.step(first);
        rest
    }

    /// A request line of the usual form in one piece; any other goes byte by byte, to the same
    /// end.
    fn read_request_line<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (method, rest) = split_method(bytes);
        let end = find([b' ', b'\n'], rest).unwrap_or(rest.len());
        match rest[end..].strip_prefix(b" HTTP/1.1\r\n") {
            Some(rest) if !method.is_empty() => {
                self.head = Head::default();
                self.place = Place::Field;
                rest
            }
            _ => self.read_byte(bytes[0], &bytes[1..]),
        }
    }

    /// A line of the head. Most need no more than a look at their first byte, and a name that
    /// matters is compared at once where it is not cut.
    fn read_field<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        if let Some(body) = bytes.strip_prefix(b"\r\n") {
            self.place = self.head.body();
            return body;
        }
        match Field::starting_with(bytes[0]) {
            Some(field) => self.read_name(field, bytes),
            None if bytes[0] > b' ' => self.skip_field(bytes),
            None => self.read_byte(bytes[0], &bytes[1..]),
        }
    }

    fn read_name<'a>(&mut self, field: Field, bytes: &'a [u8]) -> &'a [u8] {
        let name = field.name();
        match bytes.split_at_checked(name.len()) {
            Some((start, rest)) if start.eq_ignore_ascii_case(name) => {
                self.place = Place::Name(field, name.len());
                rest
            }
            Some(_) => self.skip_field(bytes),
            None => self.read_byte(bytes[0], &bytes[1..]),
        }
    }

    /// The target of the request ends at a space; a line end before one is refused by hyper.
    fn skip_target<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some(end) = find([b' ', b'\n'], bytes) else {
            return &[];
        };
        let (target, rest) = bytes.split_at(end + 1);
        self.place = if target.ends_with(b" ") { Place::Version(0) } else { Place::Blind };
        rest
    }

    fn skip_field<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some(end) = find([b'\n'], bytes) else {
            self.place = Place::FieldRest;
            return &[];
        };
        self.place = Place::Field;
        &bytes[end + 1..]
    }

    fn skip_body<'a>(&mut self, left: u64, bytes: &'a [u8]) -> &'a [u8] {
        let (left, rest) = skip(left, bytes);
        self.place = Place::body(left);
        rest
    }

    fn skip_data<'a>(&mut self, left: u64, bytes: &'a [u8]) -> &'a [u8] {
        let (left, rest) = skip(left, bytes);
        self.place = Place::Chunk(match left {
            0 => Chunk::DataCr,
            left => Chunk::Data(left),
        });
        rest
    }

    /// hyper refuses a line feed alone in an extension, where others see the end of the line.
    fn skip_extension<'a>(&mut self, size: u64, bytes: &'a [u8]) -> &'a [u8] {
        let Some(end) = find([b'\r', b'\n'], bytes) else {
            return &[];
        };
        let (extension, rest) = bytes.split_at(end + 1);
        self.place = if extension.ends_with(b"\r") {
            Place::Chunk(Chunk::SizeLf(size))
        } else {
            Place::Blind
        };
        rest
    }

    /// hyper ends a trailer field at a carriage return, never at a line feed alone.
    fn skip_trailer<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some(end) = find([b'\r'], bytes) else {
            return &[];
        };
        self.place = Place::Chunk(Chunk::TrailerLf);
        &bytes[end + 1..]
    }

    /// The place after `byte`. The places left over are read in pieces.
    fn step(&mut self, byte: u8) -> Place {
        match self.place {
            Place::Start => self.start(byte),
            Place::Method => method(byte),
            Place::Version(matched) => version(matched, byte),
            Place::Field => self.field(byte),
            Place::Name(field, matched) => self.name(field, matched, byte),
            Place::Length(digits) => self.length(digits, byte),
            Place::Coding(token) => self.coding(token, byte),
            Place::LineFeed(after) => self.line_feed(after, byte),
            Place::Chunk(chunk) => chunk.step(byte),
            other => other,
        }
    }

    /// Before a request: the parser skips empty lines (RFC 9112 section 2.2).
    fn start(&mut self, byte: u8) -> Place {
        match byte {
            b'\r' => Place::LineFeed(After::EmptyLine),
            b'\n' => Place::Start,
            b' ' => Place::Blind,
            byte => {
                self.head = Head::default();
                method(byte)
            }
        }
    }

    /// The first byte of a line of the head. A folded line is refused by hyper.
    fn field(&mut self, byte: u8) -> Place {
        match byte {
            b'\r' => Place::LineFeed(After::Head),
            b'\n' => self.head.body(),
            b' ' | b'\t' => Place::Blind,
            byte => Field::starting_with(byte).map_or(Place::FieldRest, |f| Place::Name(f, 1)),
        }
    }

    /// Within a name that may be `field`. A colon must follow it at once, as hyper demands.
    fn name(&mut self, field: Field, matched: usize, byte: u8) -> Place {
        match field.name().get(matched) {
            None if byte == b':' => self.value(field),
            Some(&expected) if byte.eq_ignore_ascii_case(&expected) => {
                Place::Name(field, matched + 1)
            }
            _ if byte == b'\n' => Place::Field,
            _ => Place::FieldRest,
        }
    }

    /// After the colon of `field`. The value of the second of the two does not matter: hyper
    /// ignores a length after a coding even when it is no number.
    fn value(&mut self, field: Field) -> Place {
        match field {
            Field::Length if self.head.chunked.is_some() => self.conflict(),
            Field::Length => Place::Length(Digits::Before),
            Field::Coding if self.head.length.is_some() => self.conflict(),
            Field::Coding => Place::Coding(Token::Before),
        }
    }

    /// The verdict is final, so there is nothing left to follow.
    fn conflict(&mut self) -> Place {
        self.conflicting = true;
        Place::Blind
    }

    fn length(&mut self, digits: Digits, byte: u8) -> Place {
        if !matches!(byte, b'\r' | b'\n') {
            return digits.step(byte).map_or(Place::Blind, Place::Length);
        }
        match (digits.value(), self.head.length) {
            (Some(length), None) => self.head.length = Some(length),
            (Some(again), Some(length)) if again == length => {}
            _ => return Place::Blind,
        }
        end_of_field(byte)
    }

    /// The last line that names codings decides, as in hyper.
    fn coding(&mut self, token: Token, byte: u8) -> Place {
        if !matches!(byte, b'\r' | b'\n') {
            return Place::Coding(token.step(byte));
        }
        self.head.chunked = Some(token.is_chunked());
        end_of_field(byte)
    }

    /// After a carriage return, which only a line feed may follow.
    fn line_feed(&mut self, after: After, byte: u8) -> Place {
        match after {
            _ if byte != b'\n' => Place::Blind,
            After::EmptyLine => Place::Start,
            After::Field => Place::Field,
            After::Head => self.head.body(),
        }
    }
}

/// Where in the bytes of a connection the scanner is.
#[derive(Debug, Clone, Copy, Default)]
enum Place {
    /// Before a request line.
    #[default]
    Start,
    /// In the method.
    Method,
    /// In the target of the request.
    Target,
    /// In the version, after that many bytes of it.
    Version(usize),
    /// At the start of a line of the head.
    Field,
    /// In a name which equals that many bytes of the name of the field.
    Name(Field, usize),
    /// In a line of the head which does not matter.
    FieldRest,
    /// In the value of `Content-Length`.
    Length(Digits),
    /// In the value of `Transfer-Encoding`.
    Coding(Token),
    /// After a carriage return.
    LineFeed(After),
    /// In a body, of which that many bytes are left.
    Body(u64),
    /// In a chunked body.
    Chunk(Chunk),
    /// Nowhere: the rest of the connection is not looked at.
    Blind,
}

impl Place {
    fn body(left: u64) -> Self {
        match left {
            0 => Self::Start,
            left => Self::Body(left),
        }
    }
}

/// What ended with a carriage return.
#[derive(Debug, Clone, Copy)]
enum After {
    EmptyLine,
    Field,
    Head,
}

/// What the head being read says about its body.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    length: Option<u64>,
    chunked: Option<bool>,
}

impl Head {
    /// Where the head ends (RFC 9112 section 6.3). hyper refuses a coding that does not end in
    /// `chunked`, as its end cannot be known.
    fn body(self) -> Place {
        match (self.chunked, self.length) {
            (Some(true), _) => Place::Chunk(Chunk::Start),
            (Some(false), _) => Place::Blind,
            (None, length) => Place::body(length.unwrap_or(0)),
        }
    }
}

/// The fields which decide where a request ends.
#[derive(Debug, Clone, Copy)]
enum Field {
    Length,
    Coding,
}

impl Field {
    fn starting_with(byte: u8) -> Option<Self> {
        match byte {
            b'C' | b'c' => Some(Self::Length),
            b'T' | b't' => Some(Self::Coding),
            _ => None,
        }
    }

    fn name(self) -> &'static [u8] {
        match self {
            Self::Length => b"content-length",
            Self::Coding => b"transfer-encoding",
        }
    }
}

/// The number in a `Content-Length`, with blanks around it and nothing else.
#[derive(Debug, Clone, Copy)]
enum Digits {
    Before,
    In(u64),
    After(u64),
}

impl Digits {
    /// `None` for a value which is no number, as hyper then refuses the request.
    fn step(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Self::In(value), b' ' | b'\t') => Some(Self::After(value)),
            (_, b' ' | b'\t') => Some(self),
            (Self::Before, b'0'..=b'9') => Some(Self::In(u64::from(byte - b'0'))),
            (Self::In(value), b'0'..=b'9') => {
                value.checked_mul(10)?.checked_add(u64::from(byte - b'0')).map(Self::In)
            }
            _ => None,
        }
    }

    fn value(self) -> Option<u64> {
        match self {
            Self::Before => None,
            Self::In(value) | Self::After(value) => Some(value),
        }
    }
}

/// The coding after the last comma of a `Transfer-Encoding`, with blanks around it.
#[derive(Debug, Clone, Copy)]
enum Token {
    Before,
    /// Equal to that many bytes of `chunked`.
    In(usize),
    After,
    Other,
}

impl Token {
    fn step(self, byte: u8) -> Self {
        match (self, byte) {
            (_, b',') => Self::Before,
            (Self::Before, b' ' | b'\t') => Self::Before,
            (_, b' ' | b'\t') if self.is_chunked() => Self::After,
            (Self::Before, byte) => Self::matching(0, byte),
            (Self::In(matched), byte) => Self::matching(matched, byte),
            _ => Self::Other,
        }
    }

    fn matching(matched: usize, byte: u8) -> Self {
        match CHUNKED.get(matched) {
            Some(expected) if byte.eq_ignore_ascii_case(expected) => Self::In(matched + 1),
            _ => Self::Other,
        }
    }

    fn is_chunked(self) -> bool {
        match self {
            Self::In(matched) => matched == CHUNKED.len(),
            Self::After => true,
            Self::Before | Self::Other => false,
        }
    }
}

/// Where in a chunked body (RFC 9112 section 7.1) the scanner is, in the steps hyper takes.
#[derive(Debug, Clone, Copy)]
enum Chunk {
    /// Before the first digit of a size.
    Start,
    Size(u64),
    /// In the blanks after a size.
    Blank(u64),
    Extension(u64),
    SizeLf(u64),
    Data(u64),
    DataCr,
    DataLf,
    /// At the start of a line after the last chunk.
    End,
    Trailer,
    TrailerLf,
    EndLf,
}

impl Chunk {
    fn step(self, byte: u8) -> Place {
        let next = match (self, byte) {
            (Self::Start, byte) => add_digit(0, byte),
            (Self::Size(size) | Self::Blank(size), b' ' | b'\t') => Some(Self::Blank(size)),
            (Self::Size(size) | Self::Blank(size), b';') => Some(Self::Extension(size)),
            (Self::Size(size) | Self::Blank(size), b'\r') => Some(Self::SizeLf(size)),
            (Self::Size(size), byte) => add_digit(size, byte),
            (Self::SizeLf(0) | Self::TrailerLf, b'\n') => Some(Self::End),
            (Self::SizeLf(size), b'\n') => Some(Self::Data(size)),
            (Self::DataCr, b'\r') => Some(Self::DataLf),
            (Self::DataLf, b'\n') => Some(Self::Start),
            (Self::End, b'\r') => Some(Self::EndLf),
            (Self::End, _) => Some(Self::Trailer),
            (Self::EndLf, b'\n') => return Place::Start,
            _ => None,
        };
        next.map_or(Place::Blind, Place::Chunk)
    }
}

/// The size with one more hexadecimal digit, unless it is none or the size overflows.
fn add_digit(size: u64, byte: u8) -> Option<Chunk> {
    let digit = char::from(byte).to_digit(16)?;
    let size = size.checked_mul(16)?.checked_add(u64::from(digit))?;
    Some(Chunk::Size(size))
}

fn method(byte: u8) -> Place {
    match byte {
        b' ' => Place::Target,
        byte if byte.is_ascii_graphic() => Place::Method,
        _ => Place::Blind,
    }
}

/// The version after `matched` bytes of it. hyper parses requests of 1.0 and 1.1 only, so the
/// preface of HTTP/2 ends here.
fn version(matched: usize, byte: u8) -> Place {
    match VERSION_BUT_MINOR.get(matched) {
        Some(&expected) if byte == expected => Place::Version(matched + 1),
        None if matched == VERSION_BUT_MINOR.len() && matches!(byte, b'0' | b'1') => {
            Place::Version(matched + 1)
        }
        None if matched > VERSION_BUT_MINOR.len() => end_of_field(byte),
        _ => Place::Blind,
    }
}

/// The end of a line of the head: a line feed, alone or after a carriage return.
fn end_of_field(byte: u8) -> Place {
    match byte {
        b'\r' => Place::LineFeed(After::Field),
        b'\n' => Place::Field,
        _ => Place::Blind,
    }
}

/// The method before the first space, empty where there is none nearby, and what follows it.
fn split_method(bytes: &[u8]) -> (&[u8], &[u8]) {
    let length = bytes.iter().take_while(|b| b.is_ascii_graphic()).take(LONGEST_METHOD).count();
    match bytes[length..].strip_prefix(b" ") {
        Some(rest) => (&bytes[..length], rest),
        None => (&[], bytes),
    }
}

/// The index of the first byte which is one of `wanted`, found eight bytes at a time: lines of a
/// head are short, so this costs less than the set-up of a wider search.
fn find<const N: usize>(wanted: [u8; N], bytes: &[u8]) -> Option<usize> {
    let (words, tail) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = wanted.iter().fold(0, |found, &byte| found | marks(word, byte));
        if found != 0 {
            return Some(index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let last = tail.iter().position(|byte| wanted.contains(byte))?;
    Some(words.len() * 8 + last)
}

/// The high bit of the lowest byte of `word` equal to `byte`; bits above that one may be wrong.
fn marks(word: u64, byte: u8) -> u64 {
    const ONES: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    let differing = word ^ (ONES * u64::from(byte));
    differing.wrapping_sub(ONES) & !differing & HIGHS
}

/// What is left of `left` bytes after `bytes`, and of `bytes` after them.
fn skip(left: u64, bytes: &[u8]) -> (u64, &[u8]) {
    match usize::try_from(left) {
        Ok(here) if here <= bytes.len() => (0, &bytes[here..]),
        _ => (left - bytes.len() as u64, &[]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const CONFLICT: &[u8] =
        b"POST /b HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n";

    fn scan(pieces: &[&[u8]]) -> FramingScanner {
        let mut scanner = FramingScanner::new();
        for piece in pieces {
            scanner.feed(piece);
        }
        scanner
    }

    fn is_blind(scanner: &FramingScanner) -> bool {
        matches!(scanner.place, Place::Blind)
    }

    /// A request with the fields, one per line, after its request line.
    fn post(fields: &str) -> Vec<u8> {
        format!("POST /a HTTP/1.1\r\nHost: h\r\n{fields}\r\n\r\n").into_bytes()
    }

    fn assert_reported(bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        assert!(scan(&[bytes]).conflicting(), "in one piece: {text:?}");
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert!(scan(&single).conflicting(), "byte by byte: {text:?}");
    }

    fn assert_followed(bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let scanner = scan(&[bytes]);
        assert!(!scanner.conflicting(), "{text:?}");
        assert!(matches!(scanner.place, Place::Start), "{text:?}");
        assert_reported(&[bytes, CONFLICT].concat());
    }

    fn assert_blinding(bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let scanner = scan(&[bytes, CONFLICT]);
        assert!(!scanner.conflicting(), "{text:?}");
        assert!(is_blind(&scanner), "{text:?}");
    }

    #[test]
    fn a_head_with_both_fields_is_reported_in_either_order() {
        assert_reported(&post("Content-Length: 3\r\nTransfer-Encoding: chunked"));
        assert_reported(&post("Transfer-Encoding: chunked\r\nContent-Length: 3"));
    }

    #[test]
    fn a_head_with_both_fields_is_reported_in_any_form_hyper_accepts() {
        for fields in [
            "CONTENT-LENGTH:3\r\ntransfer-encoding:chunked",
            "content-length: \t3 \t\r\nX: y\r\nTRANSFER-ENCODING: gzip , Chunked \t",
            "Content-Length: 3\nTransfer-Encoding: chunked",
            "Content-Length: 003\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nContent-Length: 3",
            "Transfer-Encoding:\r\nContent-Length: 3",
            "Transfer-Encoding: chunked\r\nContent-Length: no number",
            "Content-Length: 0\r\nTransfer-Encoding: chunked",
        ] {
            assert_reported(&post(fields));
        }
        assert_reported(b"\n\r\nX / HTTP/1.0\nContent-Length: 3\nTransfer-Encoding: chunked\n\n");
    }

    #[test]
    fn a_request_with_one_of_the_fields_or_none_is_followed_to_its_end() {
        assert_followed(&post("Content-Length: 0"));
        assert_followed(
            &[post("Content-Length: 3\r\nContent-Length: 03"), b"abc".to_vec()].concat(),
        );
        assert_followed(&[post("Transfer-Encoding: x,chunked \t"), b"0\r\n\r\n".to_vec()].concat());
        assert_followed(b"\r\n\nGET / HTTP/1.0\n\n");
        assert_followed(b"VERSION-CONTROL /with/a/long/method HTTP/1.1\r\nCookie: c\r\n\r\n");
    }

    #[test]
    fn longer_names_and_values_that_hold_the_two_names_are_not_reported() {
        assert_followed(&post(
            "Content-Length-X: 3\r\nX-Transfer-Encoding: chunked\r\nContent-Len: 3\r\n\
             Transfer: chunked\r\nX: Content-Length: 3\r\nY: Transfer-Encoding: chunked\r\n\
             T:\r\nC: 1\r\nContent-Encoding: gzip\r\nTE: trailers\r\nUpgrade-Insecure-Requests: 1",
        ));
    }

    #[test]
    fn extensions_trailers_and_blanks_of_a_chunked_body_are_followed() {
        let head = post("Transfer-Encoding: chunked");
        for body in [
            "3\r\nabc\r\n0\r\n\r\n",
            "00003 \t;ext=\"a;b\"\r\nabc\r\nA;x\r\n0123456789\r\n0;y\r\n\r\n",
            "0\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "0\r\nX: a\nfeed\r\n\r\n",
        ] {
            assert_followed(&[&head, body.as_bytes()].concat());
        }
    }

    #[test]
    fn a_conflict_within_a_body_is_data() {
        let length = format!("Content-Length: {}", CONFLICT.len());
        assert_followed(&[&post(&length), CONFLICT].concat());
        let size = format!("{:x}\r\n", CONFLICT.len());
        let head = post("Transfer-Encoding: chunked");
        assert_followed(&[&head, size.as_bytes(), CONFLICT, b"\r\n0\r\n\r\n"].concat());
    }

    #[test]
    fn a_head_that_hyper_refuses_makes_the_scanner_blind() {
        for head in [
            "\u{16}\u{3}\u{1}",
            "\rGET / HTTP/1.1\r\n",
            " / HTTP/1.1\r\n",
            "GET /\r\n",
            "GET /\n HTTP/1.1\r\n",
            "NO-TARGET-AT-ALL HTTP/1.1\r\n",
            "GET / HTTP/1.2\r\n",
            "GET / HTTP/2.0\r\n",
            "GET / HTTP/1.1 \r\n",
            "GET /a b HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\n folded: line\r\n",
            "GET / HTTP/1.1\r\n\rX: y\r\n",
            "POST / HTTP/1.1\r\nContent-Length:\r\n",
            "POST / HTTP/1.1\r\nContent-Length: +3\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3 3\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 184467440737095516150\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\rX\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chun ked\r\n\r\n",
        ] {
            assert_blinding(head.as_bytes());
        }
    }

    #[test]
    fn a_chunked_body_that_hyper_refuses_makes_the_scanner_blind() {
        let head = post("Transfer-Encoding: chunked");
        for body in [
            "\r\n",
            "x\r\n",
            "3\nabc",
            "3 3\r\n",
            "3;a\nb\r\n",
            "0;a\nb\r\n\r\n",
            "3\rabc",
            "3\r\nabcd\r\n",
            "3\r\nabc\rx",
            "11111111111111111\r\n",
            "0\r\n\rx",
            "0\r\nX: y\rz",
        ] {
            assert_blinding(&[&head, body.as_bytes()].concat());
        }
    }

    #[test]
    fn the_preface_of_http_2_makes_the_scanner_blind() {
        assert_blinding(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assert_followed(b"PRI * HTTP/1.1\r\n\r\n");
    }

    #[test]
    fn a_tunnel_or_another_protocol_that_is_asked_for_does_not_blind_the_scanner() {
        assert_followed(b"CONNECT h:1 HTTP/1.1\r\n\r\n");
        assert_followed(&post("Connection: upgrade\r\nUpgrade: x"));
    }

    #[test]
    fn a_verdict_stays() {
        let mut scanner = scan(&[CONFLICT]);
        scanner.feed(b"GET / HTTP/1.1\r\n\r\n");
        assert!(scanner.conflicting());
    }

    #[test]
    fn the_largest_sizes_do_not_overflow() {
        let length = post("Content-Length: 18446744073709551615");
        let chunk = [post("Transfer-Encoding: chunked"), b"ffffffffffffffff\r\n".to_vec()].concat();
        assert!(!scan(&[&length, CONFLICT]).conflicting());
        assert!(!scan(&[&chunk, CONFLICT]).conflicting());
    }

    fn without_files() -> ProptestConfig {
        ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
    }

    /// Pieces of requests in any order, so that cuts, ends of lines and states meet.
    fn soup() -> impl Strategy<Value = Vec<u8>> {
        const WORDS: [&str; 24] = [
            "GET / HTTP/1.1\r\n",
            "POST /a HTTP/1.0\n",
            "CONNECT a HTTP/1.1\r\n",
            "PRI * HTTP/2.0",
            "Content-Length",
            "content-length: 5\r\n",
            "Transfer-Encoding",
            "Upgrade",
            ": ",
            ":",
            "transfer-encoding: chunked\r\n",
            "gzip, chunked",
            "chunk",
            "ed",
            "3\r\nabc\r\n",
            "0\r\n",
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\r",
            " ",
            ";",
            ",",
            "7",
        ];
        let word = (0..WORDS.len()).prop_map(|at| WORDS[at].as_bytes().to_vec());
        let piece = prop_oneof![9 => word, 1 => vec(any::<u8>(), 1..4)];
        vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    /// The bytes cut at the given places, wherever these fall.
    fn cut<'a>(mut bytes: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
        let mut pieces = Vec::new();
        for length in lengths.iter().cycle() {
            let (piece, rest) = bytes.split_at((*length).min(bytes.len()));
            pieces.push(piece);
            bytes = rest;
            if bytes.is_empty() {
                break;
            }
        }
        pieces
    }

    fn fields() -> impl Strategy<Value = String> {
        let field = (0..5_usize).prop_map(|at| {
            ["Host: h", "Cookie: a=b", "TE: trailers", "content-type: text/plain", "X: Upgrade: y"]
                [at]
        });
        vec(field, 0..4).prop_map(|f| f.iter().map(|f| format!("{f}\r\n")).collect())
    }

    /// Data of a body, often the text of a conflicting head.
    fn data() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![vec(any::<u8>(), 1..40), Just(CONFLICT.to_vec())]
    }

    fn get() -> impl Strategy<Value = Vec<u8>> {
        fields().prop_map(|fields| format!("GET /a?b HTTP/1.1\r\n{fields}\r\n").into_bytes())
    }

    fn with_length() -> impl Strategy<Value = Vec<u8>> {
        (fields(), fields(), data()).prop_map(|(before, after, data)| {
            let length = format!("conTent-Length:{}", data.len());
            let head = format!("PUT /a HTTP/1.1\r\n{before}{length}\r\n{after}\r\n");
            [head.into_bytes(), data].concat()
        })
    }

    fn with_chunks() -> impl Strategy<Value = Vec<u8>> {
        let parts = (fields(), fields(), vec(data(), 0..4), fields());
        parts.prop_map(|(before, after, chunks, trailers)| {
            let coding = "Transfer-encoding: Chunked";
            let head = format!("PUT /a HTTP/1.1\r\n{before}{coding}\r\n{after}\r\n");
            let mut request = head.into_bytes();
            for data in chunks {
                request.extend(format!("{:X};a=b\r\n", data.len()).into_bytes());
                request.extend([data, b"\r\n".to_vec()].concat());
            }
            request.extend(format!("0\r\n{trailers}\r\n").into_bytes());
            request
        })
    }

    fn requests() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let request = prop_oneof![get(), with_length(), with_chunks()];
        vec(request, 0..6)
    }

    proptest! {
        #![proptest_config(without_files())]

        #[test]
        fn no_bytes_in_any_pieces_make_the_scanner_panic(
            pieces in vec(vec(any::<u8>(), 0..64), 0..16),
        ) {
            let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
            scan(&pieces);
        }

        #[test]
        fn the_state_and_the_verdict_do_not_depend_on_the_pieces(
            bytes in soup(),
            lengths in vec(1..40_usize, 1..8),
        ) {
            let whole = scan(&[&bytes]);
            let pieces = scan(&cut(&bytes, &lengths));
            prop_assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
        }

        #[test]
        fn valid_requests_are_never_reported(
            requests in requests(),
            lengths in vec(1..400_usize, 1..8),
        ) {
            let bytes = requests.concat();
            let scanner = scan(&cut(&bytes, &lengths));
            prop_assert!(!scanner.conflicting());
            prop_assert!(matches!(scanner.place, Place::Start));
        }

        #[test]
        fn a_conflict_among_valid_requests_is_always_reported(
            before in requests(),
            after in requests(),
            lengths in vec(1..400_usize, 1..8),
        ) {
            let bytes = [&before.concat(), CONFLICT, &after.concat()].concat();
            prop_assert!(scan(&cut(&bytes, &lengths)).conflicting());
        }

        #[test]
        fn the_search_by_words_finds_what_a_plain_search_finds(
            bytes in vec(prop_oneof![Just(b'\n'), Just(0x0b_u8), Just(b' '), any::<u8>()], 0..40),
        ) {
            let plain = bytes.iter().position(|b| matches!(b, b'\n' | b' '));
            prop_assert_eq!(find([b'\n', b' '], &bytes), plain);
        }
    }
}
