//! The room through HTTP, as a browser and as a program meet it.

mod api;
mod house;
mod pages;
