//! What the desk of the interfaces sees and does, for its pages and its API alike: deliveries of the person's own
//! establishments, to whatever consumer, with the HL7 message when there is one.

mod deeds;
mod question;
mod received;
mod view;

pub(crate) use deeds::{drop_one, replay_one, tell_again, telling};
pub(crate) use question::{CONSUMERS, Question, Wanted};
pub(crate) use received::{
    Item, ReceivedDetail, ReceivedQuestion, UNREADABLE, process_again, received, received_detail,
};
pub(crate) use view::{Detail, Hospital, Line, Shown, detail, hospitals, lines};

#[cfg(test)]
mod tests;
