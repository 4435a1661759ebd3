//! What the kernel knows of processes: CPU time and memory. Linux only.

use std::fs;

/// The kernel counts CPU time in hundredths of a second (USER_HZ).
const MICROS_PER_TICK: u64 = 10_000;

struct Stat {
    parent: u32,
    own: u64,
    of_ended_children: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<u64> = text.rsplit_once(')')?.1.split_whitespace().map(|word| word.parse().unwrap_or(0)).collect();
    let ticks = |from: usize| Some((fields.get(from)? + fields.get(from + 1)?) * MICROS_PER_TICK);
    Some(Stat { parent: u32::try_from(*fields.get(1)?).ok()?, own: ticks(11)?, of_ended_children: ticks(13)? })
}

/// CPU time of a process, in microseconds.
pub(crate) fn cpu(pid: u32) -> u64 {
    stat(pid).map_or(0, |stat| stat.own)
}

/// CPU time of a process and of its children, those that ended included.
pub(crate) fn cpu_of_family(pid: u32) -> u64 {
    let Some(parent) = stat(pid) else { return 0 };
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let children = pids.filter_map(stat).filter(|child| child.parent == pid).map(|child| child.own);
    parent.own + parent.of_ended_children + children.sum::<u64>()
}

/// CPU time of the children of this program that ended, in microseconds.
pub(crate) fn cpu_of_ended_children() -> u64 {
    stat(std::process::id()).map_or(0, |stat| stat.of_ended_children)
}

/// Memory of a process that is really there, in MB.
pub(crate) fn resident_mb(pid: u32) -> f64 {
    memory_mb(pid, "VmRSS:")
}

/// The most that it ever was.
pub(crate) fn peak_mb(pid: u32) -> f64 {
    memory_mb(pid, "VmHWM:")
}

fn memory_mb(pid: u32, name: &str) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kib: f64 = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0.0);
    kib * 1024.0 / 1e6
}
