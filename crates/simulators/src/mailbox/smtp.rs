//! The SMTP door (RFC 5321).

use std::{io, sync::Arc, time::Duration};

use data_encoding::BASE64;
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};

use super::{Fault, Mailbox, SLOW, store::Content};

/// Bytes of one message.
const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Bytes of one command line; RFC 5321 §4.5.3.1.4 asks for 512 at least.
const LONGEST_COMMAND: u64 = 2_048;
/// Bytes of one line of a message; the rest of a longer one is read as the next.
const LONGEST_LINE: u64 = 64 * 1024;
const MOST_RECIPIENTS: usize = 100;
const MOST_CLIENTS: usize = 50;
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) async fn serve(listener: TcpListener, mailbox: Arc<Mailbox>) {
    let clients = Arc::new(Semaphore::new(MOST_CLIENTS));
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let Ok(permit) = clients.clone().acquire_owned().await else { return };
        let mailbox = mailbox.clone();
        tokio::spawn(async move {
            // A client that leaves mid-sentence is its own affair.
            let _ = session(stream, &mailbox).await;
            drop(permit);
        });
    }
}

/// What the client said so far.
#[derive(Default)]
struct Transaction {
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl Transaction {
    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }
}

async fn session(stream: TcpStream, mailbox: &Mailbox) -> io::Result<()> {
    if mailbox.fault() == Fault::Down {
        return Ok(());
    }
    let mut stream = BufStream::new(stream);
    say(&mut stream, "220 mailbox.parvis.invalid ESMTP demonstration").await?;
    let mut transaction = Transaction::default();
    loop {
        let Some(line) = command(&mut stream).await? else { return Ok(()) };
        let (verb, argument) = line.split_once(' ').unwrap_or((line.as_str(), ""));
        match verb.to_ascii_uppercase().as_str() {
            "QUIT" => return say(&mut stream, "221 2.0.0 bye").await,
            "DATA" => data(&mut stream, mailbox, &mut transaction).await?,
            verb => {
                let answer = answer(verb, argument.trim(), &mut transaction, mailbox.fault());
                say(&mut stream, &answer).await?;
            }
        }
    }
}

/// A line without its end; `None` when the client left. Too long a line is answered as an unknown command.
async fn command(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<String>> {
    let line = line(stream, LONGEST_COMMAND).await?;
    match line.is_empty() {
        true => Ok(None),
        false => Ok(Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())),
    }
}

/// The bytes up to a line feed, or the first `most` of them; none when the client left.
async fn line(stream: &mut (impl AsyncBufRead + Unpin), most: u64) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let mut limited = stream.take(most);
    timeout(PATIENCE, limited.read_until(b'\n', &mut line)).await.map_err(|_| io::ErrorKind::TimedOut)??;
    Ok(line)
}

fn answer(verb: &str, argument: &str, transaction: &mut Transaction, fault: Fault) -> String {
    match verb {
        "HELO" | "EHLO" if argument.is_empty() => "501 5.5.4 say your name".into(),
        "HELO" | "EHLO" => {
            transaction.reset();
            transaction.greeted = true;
            match verb {
                "EHLO" => format!(
                    "250-mailbox.parvis.invalid\r\n250-SIZE {MOST_BYTES}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SMTPUTF8"
                ),
                _ => "250 mailbox.parvis.invalid".into(),
            }
        }
        "MAIL" => mail(argument, transaction),
        "RCPT" => recipient(argument, transaction, fault),
        "RSET" => {
            transaction.reset();
            "250 2.0.0 forgotten".into()
        }
        "NOOP" => "250 2.0.0 still here".into(),
        "VRFY" => "252 2.5.0 send and see".into(),
        _ => "500 5.5.1 unknown command".into(),
    }
}

fn mail(argument: &str, transaction: &mut Transaction) -> String {
    if !transaction.greeted || transaction.from.is_some() {
        return "503 5.5.1 not now".into();
    }
    let Some((address, parameters)) = path(argument, "FROM:") else { return "501 5.5.4 MAIL FROM:<address>".into() };
    let announced =
        parameters.split(' ').find_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok());
    if announced.is_some_and(|size: usize| size > MOST_BYTES) {
        return "552 5.3.4 too large".into();
    }
    transaction.from = Some(address);
    "250 2.1.0 sender ok".into()
}

fn recipient(argument: &str, transaction: &mut Transaction, fault: Fault) -> String {
    match (path(argument, "TO:"), fault) {
        _ if transaction.from.is_none() => "503 5.5.1 MAIL first".into(),
        (None, _) => "501 5.5.4 RCPT TO:<address>".into(),
        (Some((address, _)), _) if address.is_empty() => "501 5.5.4 RCPT TO:<address>".into(),
        (_, Fault::Defer) => "451 4.3.0 demonstration: come back later".into(),
        (_, Fault::Reject) => "550 5.1.1 demonstration: no such mailbox".into(),
        _ if transaction.to.len() >= MOST_RECIPIENTS => "452 4.5.3 too many recipients".into(),
        (Some((address, _)), _) => {
            transaction.to.push(address);
            "250 2.1.5 recipient ok".into()
        }
    }
}

/// `FROM:<address> parameters`: the address and the parameters.
fn path<'a>(argument: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let (head, tail) = argument.split_at_checked(keyword.len())?;
    let rest = head.eq_ignore_ascii_case(keyword).then(|| tail.trim_start())?;
    let (address, parameters) = rest.strip_prefix('<')?.split_once('>')?;
    let printable = !address.contains(|c: char| c.is_control() || c == '<' || c == ' ');
    printable.then(|| (address.to_owned(), parameters.trim()))
}

async fn data(
    stream: &mut (impl AsyncBufRead + AsyncWrite + Unpin),
    mailbox: &Mailbox,
    transaction: &mut Transaction,
) -> io::Result<()> {
    let (Some(from), false) = (transaction.from.clone(), transaction.to.is_empty()) else {
        return say(stream, "503 5.5.1 RCPT first").await;
    };
    say(stream, "354 end with a dot alone on a line").await?;
    let message = body(stream).await?;
    if mailbox.fault() == Fault::Slow {
        tokio::time::sleep(SLOW).await;
    }
    let to = std::mem::take(&mut transaction.to);
    transaction.reset();
    let Some(message) = message else { return say(stream, "552 5.3.4 too large").await };
    let content = Content::Mail { from, to, data: BASE64.encode(&message) };
    match mailbox.store.keep(mailbox.world.now(), content) {
        Ok(number) => say(stream, &format!("250 2.0.0 kept as {number}")).await,
        Err(_) => say(stream, "452 4.3.1 cannot keep it").await,
    }
}

/// The message without dot-stuffing; `None` when it is too large. Only CR LF . CR LF ends it: taking a bare LF
/// for a line's end is how a second message is smuggled in.
async fn body(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut message = Vec::new();
    let mut starts_line = true;
    let mut too_large = false;
    loop {
        let line = line(stream, LONGEST_LINE).await?;
        match line.as_slice() {
            [] => return Err(io::ErrorKind::UnexpectedEof.into()),
            b".\r\n" if starts_line => return Ok((!too_large).then_some(message)),
            [b'.', rest @ ..] if starts_line => message.extend_from_slice(rest),
            whole => message.extend_from_slice(whole),
        }
        starts_line = line.ends_with(b"\r\n");
        if message.len() > MOST_BYTES {
            too_large = true;
            message.clear();
        }
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), answer: &str) -> io::Result<()> {
    stream.write_all(answer.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    stream.flush().await
}
