//! One call to the daemon: a command ended by a zero byte, the file in parts of known length, an empty part, an answer
//! ended by a zero byte (clamd(8), `zINSTREAM`).

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};

use super::{Address, Doubt, Settings, Verdict};

/// Bytes sent at once.
const PART: usize = 64 << 10;
/// Bytes of an answer that are read; signatures have short names.
const LONGEST_ANSWER: u64 = 4 << 10;

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

/// Errors are the source's; the daemon's are doubts.
pub(super) async fn scan(settings: &Settings, mut file: impl AsyncRead + Unpin) -> io::Result<Verdict> {
    let wait = Duration::from_secs(settings.answer_seconds);
    let mut line = match call(settings).await {
        Ok(line) => line,
        Err(doubt) => return Ok(Verdict::Undecided(doubt)),
    };
    let mut open = say(&mut line, wait, b"zINSTREAM\0").await;
    let mut part = vec![0; PART];
    while open.is_ok() {
        let length = file.read(&mut part).await?;
        let bytes = part.get(..length).unwrap_or_default();
        let size = u32::try_from(length).map_err(io::Error::other)?.to_be_bytes();
        open = say(&mut line, wait, &size).await;
        if open.is_ok() && length > 0 {
            open = say(&mut line, wait, bytes).await;
        }
        if length == 0 {
            break;
        }
    }
    // A daemon that hangs up in the middle has most often said why.
    Ok(match (answer(&mut line, wait).await, open) {
        (Ok(text), _) if !text.is_empty() => verdict(&text),
        (Err(Doubt::TimedOut), _) | (_, Err(Doubt::TimedOut)) => Verdict::Undecided(Doubt::TimedOut),
        _ => Verdict::Undecided(Doubt::Unreachable),
    })
}

pub(super) async fn ping(settings: &Settings) -> bool {
    let wait = Duration::from_secs(settings.connect_seconds);
    let Ok(mut line) = call(settings).await else { return false };
    let said = say(&mut line, wait, b"zPING\0").await;
    said.is_ok() && answer(&mut line, wait).await.is_ok_and(|text| text == "PONG")
}

async fn call(settings: &Settings) -> Result<Box<dyn Line>, Doubt> {
    let line = async {
        Ok::<Box<dyn Line>, io::Error>(match &settings.address {
            Address::Tcp(place) => Box::new(TcpStream::connect(place).await?),
            Address::Unix(path) => Box::new(UnixStream::connect(path).await?),
        })
    };
    in_time(Duration::from_secs(settings.connect_seconds), line).await
}

async fn say(line: &mut (impl AsyncWrite + Unpin), wait: Duration, bytes: &[u8]) -> Result<(), Doubt> {
    in_time(wait, line.write_all(bytes)).await
}

async fn answer(line: &mut (impl AsyncRead + Unpin), wait: Duration) -> Result<String, Doubt> {
    let mut text = Vec::new();
    let ended = in_time(wait, line.take(LONGEST_ANSWER).read_to_end(&mut text)).await;
    // A daemon that does not take the rest of a file answers, then breaks the line.
    if text.is_empty() {
        ended?;
    }
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(String::from_utf8_lossy(text).trim().to_owned())
}

async fn in_time<T>(wait: Duration, work: impl Future<Output = io::Result<T>>) -> Result<T, Doubt> {
    match timeout(wait, work).await {
        Ok(outcome) => outcome.map_err(|_| Doubt::Unreachable),
        Err(_) => Err(Doubt::TimedOut),
    }
}

/// `stream: OK`, `stream: NAME FOUND`, `… ERROR`.
fn verdict(answer: &str) -> Verdict {
    let answer = answer.strip_prefix("stream: ").unwrap_or(answer);
    if answer == "OK" {
        return Verdict::Clean;
    }
    match answer.strip_suffix(" FOUND") {
        Some(name) if name.starts_with("Heuristics.Limits.Exceeded") => Verdict::Undecided(Doubt::BeyondLimits),
        Some(name) if name.starts_with("Heuristics.Encrypted") => Verdict::Undecided(Doubt::Encrypted),
        Some(name) => Verdict::Infected(name.to_owned()),
        None if answer.starts_with("INSTREAM size limit exceeded") => Verdict::Undecided(Doubt::TooLarge),
        None => Verdict::Undecided(Doubt::Failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_understood() {
        let table = [
            ("stream: OK", Verdict::Clean),
            ("stream: Eicar-Signature FOUND", Verdict::Infected("Eicar-Signature".to_owned())),
            ("stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND", Verdict::Undecided(Doubt::BeyondLimits)),
            ("stream: Heuristics.Encrypted.PDF FOUND", Verdict::Undecided(Doubt::Encrypted)),
            ("INSTREAM size limit exceeded. ERROR", Verdict::Undecided(Doubt::TooLarge)),
            ("stream: Can't allocate memory ERROR", Verdict::Undecided(Doubt::Failed)),
            ("COMMAND READ TIMED OUT", Verdict::Undecided(Doubt::Failed)),
            ("OK then", Verdict::Undecided(Doubt::Failed)),
        ];
        for (answer, expected) in table {
            assert_eq!(verdict(answer), expected, "{answer}");
        }
    }
}
