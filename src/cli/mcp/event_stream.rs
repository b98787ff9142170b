//! Reads server-sent events as they come: the form in which a service may send several messages
//! in answer to one request. Only their data matters here.

/// What is between the last bytes and the next.
#[derive(Debug, Default)]
pub struct EventStream {
    line: Vec<u8>,
    data: Vec<u8>,
    /// The next newline belongs to the carriage return before it.
    after_return: bool,
}

impl EventStream {
    /// Reads on; adds the data of every event that is whole now to `events`.
    pub fn read(&mut self, bytes: &[u8], events: &mut Vec<Vec<u8>>) {
        for &byte in bytes {
            let is_second_half = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            match byte {
                b'\n' if is_second_half => {}
                b'\n' | b'\r' => events.extend(self.end_line()),
                _ => self.line.push(byte),
            }
        }
    }

    /// How many bytes wait for the rest of their event.
    pub fn held(&self) -> usize {
        self.line.len() + self.data.len()
    }

    /// The data of the event that this line ends, if it has any.
    fn end_line(&mut self) -> Option<Vec<u8>> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return Some(std::mem::take(&mut self.data)).filter(|data| !data.is_empty());
        }
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line);
        // All other fields, and comments, say nothing of messages.
        if let Some(value) = line.strip_prefix(b"data:") {
            if !self.data.is_empty() {
                self.data.push(b'\n');
            }
            self.data.extend(value.strip_prefix(b" ").unwrap_or(value));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};
    use proptest::sample::Index;

    use super::EventStream;

    const STREAM: &str = "\u{feff}data: {\"a\":\n: alive\n\nid: 0\nretry: 5\ndata:\n\n\
                          event: message\r\ndata:{\"b\":1,\r\ndata: \"c\":2}\r\n\r\n\
                          data:  d\r\rdata: never ended\n";

    fn events(pieces: &[&[u8]]) -> Vec<String> {
        let (mut stream, mut events) = (EventStream::default(), Vec::new());
        pieces.iter().for_each(|piece| stream.read(piece, &mut events));
        events.into_iter().map(|event| String::from_utf8(event).unwrap()).collect()
    }

    #[test]
    fn the_data_of_each_whole_event_is_a_message() {
        assert_eq!(events(&[STREAM.as_bytes()]), ["{\"a\":", "{\"b\":1,\n\"c\":2}", " d"]);
    }

    proptest! {
        #[test]
        fn however_it_is_cut_a_stream_holds_the_same(cuts in any::<[Index; 5]>()) {
            let mut cuts = cuts.map(|cut| cut.index(STREAM.len()));
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut begin = 0;
            for cut in cuts.into_iter().chain([STREAM.len()]) {
                pieces.push(&STREAM.as_bytes()[begin..cut]);
                begin = cut;
            }
            assert_eq!(events(&pieces), events(&[STREAM.as_bytes()]));
        }
    }
}
