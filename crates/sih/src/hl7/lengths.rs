//! Maximum lengths of the fields we write, as in the attribute tables of HL7 v2.5 (chapters 2, 3, 4 and 10).
//! A length is that of one repetition, in characters, as written.

use super::{
    model::{Field, Segment},
    write::{WriteError, field_text},
};

/// (segment, field, characters). MSH-10 is the one partners trip over: a UUID of 36 does not fit.
const MAXIMA: &[(&str, usize, usize)] = &[
    ("MSH", 3, 227),
    ("MSH", 4, 227),
    ("MSH", 5, 227),
    ("MSH", 6, 227),
    ("MSH", 7, 26),
    ("MSH", 9, 15),
    ("MSH", 10, 20),
    ("MSH", 11, 3),
    ("MSH", 12, 60),
    ("MSH", 17, 3),
    ("MSH", 18, 16),
    ("MSH", 21, 427),
    ("MSA", 1, 2),
    ("MSA", 2, 20),
    ("ERR", 2, 18),
    ("ERR", 3, 705),
    ("ERR", 4, 2),
    ("ERR", 7, 250),
    ("ERR", 8, 250),
    ("SCH", 1, 75),
    ("SCH", 2, 75),
    ("SCH", 6, 250),
    ("SCH", 7, 250),
    ("SCH", 8, 250),
    ("SCH", 16, 250),
    ("SCH", 20, 250),
    ("SCH", 25, 250),
    ("TQ1", 1, 4),
    ("TQ1", 6, 20),
    ("TQ1", 7, 26),
    ("TQ1", 8, 26),
    ("NTE", 1, 4),
    ("NTE", 2, 8),
    ("NTE", 3, 65536),
    ("PID", 1, 4),
    ("PID", 3, 250),
    ("PID", 5, 250),
    ("PID", 7, 26),
    ("PID", 8, 1),
    ("PID", 11, 250),
    ("PID", 13, 250),
    ("PID", 32, 20),
    ("PV1", 1, 4),
    ("PV1", 2, 1),
    ("PV1", 3, 80),
    ("PV1", 7, 250),
    ("RGS", 1, 4),
    ("RGS", 2, 3),
    ("AIS", 3, 250),
    ("AIS", 4, 26),
    ("AIL", 3, 80),
    ("AIL", 6, 26),
    ("AIP", 3, 250),
    ("AIP", 4, 250),
    ("AIP", 6, 26),
];

pub(super) fn check(segment: &Segment) -> Result<(), WriteError> {
    let maxima = MAXIMA.iter().filter(|(name, ..)| *name == segment.name);
    for (_, number, max) in maxima {
        let longest = segment.field(*number).map_or(0, longest_repetition);
        if longest > *max {
            return Err(WriteError::TooLong { segment: segment.name.clone(), field: *number, max: *max });
        }
    }
    Ok(())
}

fn longest_repetition(field: &Field) -> usize {
    let lengths = field.repetitions().iter().map(|one| field_text(&Field::from(one.clone())).chars().count());
    lengths.max().unwrap_or(0)
}
