mod answer;
mod domain;
mod mail;
mod settings;
mod sms;
