//! The worker process: sets its limits on itself, reads one file from standard input, answers in frames on standard
//! output, ends. It opens no file, needs no network and no environment.

use std::io::{self, Read, Write};

use rustix::process::{Resource, Rlimit, setrlimit};

use super::{
    Limits, Stop, Subject,
    frames::{self, Frame},
    rebuild,
};

/// Bytes that may leave in one write.
const BUFFER: usize = 64 << 10;

/// Presses one file; `limits` is [`Limits`] as JSON, `subject` a [`Subject`]. What goes wrong with the file itself is an
/// answer, not an error.
pub fn run(limits: &str, subject: &str) -> io::Result<()> {
    let subject = Subject::from_text(subject).ok_or(io::ErrorKind::InvalidInput)?;
    let limits: Limits = serde_json::from_str(limits)?;
    confine(&limits)?;
    let mut received = Vec::new();
    // One byte more tells that there is too much.
    let most = limits.received_bytes() as u64 + 1;
    io::stdin().lock().take(most).read_to_end(&mut received)?;
    let mut out = io::BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let outcome = rebuild(received, subject, &limits, &mut |piece| frames::write(&Frame::Piece(piece), &mut out));
    let last = match outcome {
        Ok(()) => Frame::End,
        Err(Stop::Unfit(unfit)) => Frame::Unfit(unfit),
        Err(Stop::Closed(error)) => return Err(error),
    };
    frames::write(&last, &mut out)?;
    out.flush()
}

/// Limits that nothing later can lift, set before a byte is read: memory, processor, no file written or opened, no
/// other process, no core dump (which would put a patient's papers on disk), no privilege gained.
fn confine(limits: &Limits) -> io::Result<()> {
    let hard = |most: u64| Rlimit { current: Some(most), maximum: Some(most) };
    // The first limit sends SIGXCPU, by which the parent knows; the second is out of the program's hands.
    let processor = Rlimit { current: Some(limits.cpu_seconds), maximum: Some(limits.cpu_seconds + 1) };
    let limits = [
        (Resource::As, hard(limits.memory_bytes())),
        (Resource::Cpu, processor),
        (Resource::Fsize, hard(0)),
        (Resource::Core, hard(0)),
        (Resource::Nofile, hard(3)),
        (Resource::Nproc, hard(0)),
    ];
    limits.into_iter().try_for_each(|(resource, limit)| setrlimit(resource, limit))?;
    rustix::thread::set_no_new_privs(true)?;
    Ok(())
}
