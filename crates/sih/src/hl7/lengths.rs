//! Maximum lengths of the fields we write, as in the attribute tables of HL7 v2.5 (chapters 2, 3, 4, 6, 9 and 10).
//! A length is that of one repetition, in characters, as written.

use super::{
    model::{Field, Segment},
    write::{WriteError, field_text},
};

/// Segment, then (field, characters). MSH-10 is the one partners trip over: a UUID of 36 does not fit.
const MAXIMA: &[(&str, &[(usize, usize)])] = &[
    (
        "MSH",
        &[(3, 227), (4, 227), (5, 227), (6, 227), (7, 26), (9, 15), (10, 20), (11, 3), (12, 60), (17, 3), (21, 427)],
    ),
    ("SCH", &[(1, 75), (2, 75), (6, 250), (7, 250), (8, 250), (16, 250), (20, 250), (25, 250)]),
    ("TQ1", &[(1, 4), (6, 20), (7, 26), (8, 26)]),
    ("NTE", &[(1, 4), (2, 8), (3, 65536)]),
    ("EVN", &[(2, 26), (3, 26), (6, 26)]),
    ("PID", &[(1, 4), (3, 250), (5, 250), (7, 26), (8, 1), (11, 250), (13, 250), (16, 250), (18, 250), (32, 20)]),
    ("ROL", &[(2, 2), (3, 250), (4, 250)]),
    ("NK1", &[(1, 4), (2, 250), (3, 250), (4, 250), (5, 250), (7, 250), (33, 250)]),
    ("PV1", &[(1, 4), (2, 1), (3, 80), (4, 2), (5, 250), (7, 250), (19, 250), (21, 2), (22, 2), (51, 1)]),
    ("PV2", &[(8, 26), (9, 26), (12, 50), (22, 1)]),
    ("IN1", &[(1, 4), (2, 250), (3, 250), (12, 8), (13, 8), (16, 250), (17, 80), (49, 250)]),
    ("FT1", &[(1, 4), (4, 53), (5, 26), (6, 8), (7, 250), (8, 40), (30, 250)]),
    ("TXA", &[(1, 4), (2, 30), (3, 2), (4, 26), (7, 26), (17, 2), (19, 2)]),
    ("OBX", &[(1, 4), (2, 2), (3, 250), (11, 1), (14, 26)]),
    ("RGS", &[(1, 4), (2, 3)]),
    ("AIS", &[(1, 4), (2, 3), (3, 250), (4, 26), (10, 250)]),
    ("AIL", &[(1, 4), (2, 3), (3, 80), (6, 26), (12, 250)]),
    ("AIP", &[(1, 4), (2, 3), (3, 250), (4, 250), (6, 26), (12, 250)]),
];

pub(super) fn check(segment: &Segment) -> Result<(), WriteError> {
    let maxima = MAXIMA.iter().filter(|(name, _)| *name == segment.name).flat_map(|(_, fields)| fields.iter());
    for (number, max) in maxima {
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
