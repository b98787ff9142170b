//! HTTP/2 frame by frame (RFC 9113), for what no proper client does.

use super::Wire;

/// What an HTTP/2 client sends first.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Type of a frame with a part of a body.
pub const DATA: u8 = 0;
/// Type of a frame with the head of a request or an answer.
pub const HEADERS: u8 = 1;
/// Type of the frame that gives a stream up.
pub const RST_STREAM: u8 = 3;
/// Type of a frame with settings.
pub const SETTINGS: u8 = 4;
/// Type of the frame that says that no further stream will be served.
pub const GOAWAY: u8 = 7;
/// Type of the frame that lets more of an answer, or of all answers, be sent.
pub const WINDOW_UPDATE: u8 = 8;
/// Type of a frame with more of a head.
pub const CONTINUATION: u8 = 9;

/// Flag: the last frame of its stream.
pub const END_STREAM: u8 = 1;
/// Flag: a whole head.
pub const END_HEADERS: u8 = 4;

/// A frame.
pub struct Frame {
    /// Its type.
    pub kind: u8,
    /// Its flags.
    pub flags: u8,
    /// What it holds.
    pub payload: Vec<u8>,
}

/// The bytes of a frame.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A request's head in HPACK (RFC 7541), without compression: the method by its static index, the
/// rest as literals that are not indexed.
pub fn head(method: Method, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut block = vec![method as u8, HTTP, PATH];
    string(path, &mut block);
    block.push(AUTHORITY);
    string("localhost", &mut block);
    for (name, value) in headers {
        block.push(0);
        string(name, &mut block);
        string(value, &mut block);
    }
    block
}

/// A method's entry in HPACK's static table.
#[derive(Clone, Copy)]
pub enum Method {
    /// GET
    Get = 0x82,
    /// POST
    Post = 0x83,
}

const HTTP: u8 = 0x86;
const PATH: u8 = 0x04;
const AUTHORITY: u8 = 0x01;

fn string(text: &str, block: &mut Vec<u8>) {
    let length = u8::try_from(text.len()).unwrap();
    assert!(length < 127, "longer texts need a longer length");
    block.push(length);
    block.extend(text.as_bytes());
}

impl Wire {
    /// Sends what opens an HTTP/2 connection and reads until the service's settings are there.
    pub async fn open_http2(&mut self) {
        self.send([PREFACE, &frame(SETTINGS, 0, 0, b"")].concat()).await;
        self.next_frame(SETTINGS).await;
    }

    /// The next frame of that type; any others before it are left out.
    pub async fn next_frame(&mut self, kind: u8) -> Frame {
        loop {
            let head = self.bytes(9).await;
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let payload = self.bytes(length as usize).await;
            if head[3] == kind {
                return Frame { kind, flags: head[4], payload };
            }
        }
    }
}
