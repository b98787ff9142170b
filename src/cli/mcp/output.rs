//! Messages to the agent: standard output holds nothing else. What goes wrong is told twice, to
//! the agent as an error and to the person in charge on standard error, which agents keep as a log.

use std::io::{self, ErrorKind, Write};

use serde_json::{Value, json};

use super::super::client::one_line;
use super::super::output::unwritable;
use super::Stop;

/// Writes a message as one line; it must not hold a line's end.
pub async fn message(mut line: Vec<u8>) -> Result<(), Stop> {
    line.push(b'\n');
    // On another thread, as the agent may take its time and others must not wait for it.
    let writing = tokio::task::spawn_blocking(move || {
        let mut out = io::stdout().lock();
        out.write_all(&line).and_then(|()| out.flush())
    });
    match writing.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) if error.kind() == ErrorKind::BrokenPipe => Err(Stop::NobodyReads),
        Ok(Err(error)) => Err(Stop::Failed(unwritable(&error))),
        Err(error) => Err(Stop::failed(format!("writing failed: {error}"))),
    }
}

/// Answers the request `id` with an error.
pub async fn error(id: &Value, code: i32, sentence: &str) -> Result<(), Stop> {
    let error = json!({"code": code, "message": sentence});
    let answer = json!({"jsonrpc": "2.0", "id": id, "error": error});
    message(answer.to_string().into_bytes()).await?;
    log(sentence).await;
    Ok(())
}

/// Says something on standard error. Whether it can be read there is of no consequence.
pub async fn log(sentence: &str) {
    let line = format!("smart-customer: {}\n", one_line(sentence));
    let writing = tokio::task::spawn_blocking(move || io::stderr().write_all(line.as_bytes()));
    let _ = writing.await;
}
