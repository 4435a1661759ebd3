//! Message, segment, field, repetition, component, subcomponent. Numbers are those of the standard: from 1.

use std::fmt;

/// What stands at the lowest level.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Empty text is "nothing said".
    Text(String),
    /// `""`: delete what you have (IHE PAM France §6.6.2).
    Delete,
}

/// Values carry personal data: a log or a panic shows their size only.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Delete => f.write_str("Delete"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Component(pub(super) Vec<Value>);
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repetition(pub(super) Vec<Component>);
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field(pub(super) Vec<Repetition>);
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub(super) segments: Vec<Segment>,
}

impl Value {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}

impl Component {
    pub fn subcomponents<const N: usize>(texts: [&str; N]) -> Self {
        Self(texts.into_iter().map(|text| Value::Text(text.to_owned())).collect())
    }
    pub fn delete() -> Self {
        Self(vec![Value::Delete])
    }
    /// A text that is there.
    pub fn text(&self, subcomponent: usize) -> Option<&str> {
        at(&self.0, subcomponent)?.text()
    }
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(Value::is_empty)
    }
}

impl Repetition {
    /// Sets a component by its number.
    pub fn with(mut self, number: usize, component: impl Into<Component>) -> Self {
        put(&mut self.0, number, component.into());
        self
    }
    pub fn text(&self, component: usize) -> Option<&str> {
        self.component(component)?.text(1)
    }
    pub fn component(&self, number: usize) -> Option<&Component> {
        at(&self.0, number)
    }
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(Component::is_empty)
    }
}

impl Field {
    pub fn delete() -> Self {
        Self(vec![Repetition(vec![Component::delete()])])
    }
    /// The sender asks to forget the value.
    pub fn is_delete(&self) -> bool {
        *self == Self::delete()
    }
    pub fn repetitions(&self) -> &[Repetition] {
        &self.0
    }
    /// Nothing is said in it.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Repetition::is_empty)
    }
}

impl Segment {
    /// Three characters; MSH is born with its delimiters.
    pub fn new(name: &'static str) -> Self {
        let segment = Self { name: name.to_owned(), fields: Vec::new() };
        if name == "MSH" { segment.with(1, "|").with(2, r"^~\&") } else { segment }
    }
    /// Sets a field by its number.
    pub fn with(mut self, number: usize, field: impl Into<Field>) -> Self {
        put(&mut self.fields, number, field.into());
        self
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn field(&self, number: usize) -> Option<&Field> {
        at(&self.fields, number)
    }
    /// First component of the first repetition, if there is a text.
    pub fn text(&self, field: usize) -> Option<&str> {
        self.component(field, 1)
    }
    pub fn component(&self, field: usize, component: usize) -> Option<&str> {
        self.field(field)?.0.first()?.text(component)
    }
}

impl Message {
    pub fn new(segments: Vec<Segment>) -> Self {
        Self { segments }
    }
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }
    pub fn first(&self, name: &str) -> Option<&Segment> {
        self.segments.iter().find(|segment| segment.name == name)
    }
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Segment> {
        self.segments.iter().filter(move |segment| segment.name == name)
    }
}

/// A repetition from its components, left to right.
pub fn components<const N: usize>(texts: [&str; N]) -> Repetition {
    Repetition(texts.into_iter().map(Component::from).collect())
}

impl From<&str> for Component {
    fn from(text: &str) -> Self {
        Self(vec![Value::Text(text.to_owned())])
    }
}
impl From<String> for Component {
    fn from(text: String) -> Self {
        Self(vec![Value::Text(text)])
    }
}
impl From<&str> for Repetition {
    fn from(text: &str) -> Self {
        Self(vec![text.into()])
    }
}
impl From<Component> for Field {
    fn from(component: Component) -> Self {
        Self(vec![Repetition(vec![component])])
    }
}
impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Component::from(text).into()
    }
}
impl From<String> for Field {
    fn from(text: String) -> Self {
        Component::from(text).into()
    }
}
impl From<Repetition> for Field {
    fn from(repetition: Repetition) -> Self {
        Self(vec![repetition])
    }
}
impl From<Vec<Repetition>> for Field {
    fn from(repetitions: Vec<Repetition>) -> Self {
        Self(repetitions)
    }
}

fn at<T>(list: &[T], number: usize) -> Option<&T> {
    list.get(number.checked_sub(1)?)
}

fn put<T: Default + Clone>(list: &mut Vec<T>, number: usize, value: T) {
    let place = number.saturating_sub(1);
    if list.len() <= place {
        list.resize(place + 1, T::default());
    }
    if let Some(slot) = list.get_mut(place) {
        *slot = value;
    }
}
