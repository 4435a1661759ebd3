//! The visible table of everything that can be asked of the house, and of whom it answers.
//!
//! A path that is not in a table is 404, a method that is not in it 405; what is in it is guarded by its policy before
//! any handler runs. `parvis routes --json`, the access matrix and the OpenAPI check are made from the same table.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    FromRequest, Handler, HttpRequest, Responder,
    http::{Method, header},
    web,
};
use serde::Serialize;

use crate::{Class, Problem, problem, problem::ProblemType};

/// Whom an operation answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "who", content = "roles")]
pub enum Policy {
    /// Files that are the same for everybody: no session is looked up.
    Asset,
    /// Everybody; a logged-in patient is recognised.
    Public,
    /// Another system, or a browser that comes from one: no session is looked up and no form of ours is expected. The
    /// handler believes only what the call itself proves.
    Partner,
    /// A logged-in patient.
    Patient,
    /// Any logged-in member of staff, with or without a role (the desk's own login pages).
    AnyStaff,
    /// Staff with one of these roles.
    Staff(&'static [&'static str]),
}

/// One row of the table.
#[derive(Debug, Clone, Serialize)]
pub struct Operation {
    pub room: &'static str,
    #[serde(serialize_with = "as_text")]
    pub method: Method,
    pub path: &'static str,
    #[serde(flatten)]
    pub policy: Policy,
    pub class: Class,
    /// Headers that every answer to it carries, refusals too.
    #[serde(skip)]
    pub headers: &'static [(&'static str, &'static str)],
}

fn as_text<S: serde::Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(method.as_str())
}

type MakeRoute = Arc<dyn Fn(Method) -> actix_web::Route + Send + Sync>;

/// The table of one room.
#[derive(Clone)]
pub struct Routes {
    room: &'static str,
    entries: Vec<(Operation, MakeRoute)>,
    problems: Vec<&'static ProblemType>,
}

/// A row that answers this method, counted among this class of requests.
macro_rules! verb {
    ($name:ident, $method:ident, $class:ident) => {
        #[must_use]
        pub fn $name<F, A>(self, path: &'static str, policy: Policy, handler: F) -> Self
        where
            F: Handler<A> + Send + Sync,
            A: FromRequest + 'static,
            F::Output: Responder + 'static,
        {
            self.on(Method::$method, path, policy, Class::$class, handler)
        }
    };
}

impl Routes {
    pub fn new(room: &'static str) -> Self {
        Self { room, entries: Vec::new(), problems: Vec::new() }
    }

    verb!(get, GET, Reading);
    verb!(options, OPTIONS, Reading);
    verb!(post, POST, Writing);
    verb!(put, PUT, Writing);
    verb!(patch, PATCH, Writing);
    verb!(delete, DELETE, Writing);

    fn on<F, A>(mut self, method: Method, path: &'static str, policy: Policy, class: Class, handler: F) -> Self
    where
        F: Handler<A> + Send + Sync,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let operation = Operation { room: self.room, method: method.clone(), path, policy, class, headers: &[] };
        let make: MakeRoute = Arc::new(move |method| web::method(method).to(handler.clone()));
        self.entries.push((operation, make));
        self
    }

    /// Counts the last row among another class of requests.
    #[must_use]
    pub fn limited(mut self, class: Class) -> Self {
        if let Some((operation, _)) = self.entries.last_mut() {
            operation.class = class;
        }
        self
    }

    /// Puts these headers on every answer to the rows of these paths so far, refusals too.
    #[must_use]
    pub fn answering(mut self, under: &str, headers: &'static [(&'static str, &'static str)]) -> Self {
        for (operation, _) in self.entries.iter_mut().filter(|(operation, _)| operation.path.starts_with(under)) {
            operation.headers = headers;
        }
        self
    }

    /// The refusals of the room, for the catalogue under `/problems/`.
    #[must_use]
    pub fn problems(mut self, problems: &[&'static ProblemType]) -> Self {
        self.problems.extend(problems);
        self
    }
}

/// All tables together.
#[derive(Clone)]
pub struct House {
    rooms: Vec<Routes>,
    by_path: BTreeMap<&'static str, Vec<(Operation, MakeRoute)>>,
}

impl House {
    pub fn new(rooms: Vec<Routes>) -> Self {
        let mut by_path: BTreeMap<&'static str, Vec<(Operation, MakeRoute)>> = BTreeMap::new();
        for (operation, make) in rooms.iter().flat_map(|room| &room.entries) {
            by_path.entry(operation.path).or_default().push((operation.clone(), make.clone()));
        }
        Self { rooms, by_path }
    }

    /// Every row, by path.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.by_path.values().flatten().map(|(operation, _)| operation)
    }

    pub fn problems(&self) -> impl Iterator<Item = &'static ProblemType> + '_ {
        problem::ALL.iter().copied().chain(self.rooms.iter().flat_map(|room| room.problems.iter().copied()))
    }

    /// The row that a pattern and a method name; HEAD is asked like GET.
    pub(crate) fn find(&self, pattern: &str, method: &Method) -> Found<'_> {
        let Some(rows) = self.by_path.get(pattern) else { return Found::Nothing };
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        match rows.iter().find(|(operation, _)| operation.method == *wanted) {
            Some((operation, _)) => Found::Operation(operation),
            None => Found::OtherMethods,
        }
    }

    /// Registers every path with actix; a path with words before one with a variable at the same place.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        let mut paths: Vec<_> = self.by_path.iter().collect();
        paths.sort_by_key(|(path, _)| path.split('/').map(|part| part.starts_with('{')).collect::<Vec<_>>());
        for (path, rows) in paths {
            let mut resource = web::resource(*path);
            for (operation, make) in rows {
                resource = resource.route(make(operation.method.clone()));
                if operation.method == Method::GET {
                    // actix drops the body of an answer to HEAD by itself.
                    resource = resource.route(make(Method::HEAD));
                }
            }
            config.service(resource.default_service(web::to(other_method)));
        }
    }
}

pub(crate) enum Found<'h> {
    Operation(&'h Operation),
    OtherMethods,
    Nothing,
}

async fn other_method(_: HttpRequest) -> Result<actix_web::HttpResponse, Problem> {
    Err(Problem::new(&problem::METHOD_NOT_ALLOWED))
}

/// For `Allow`.
pub(crate) fn allowed(house: &House, pattern: &str) -> header::HeaderValue {
    let methods: Vec<&str> =
        house.by_path.get(pattern).into_iter().flatten().map(|(operation, _)| operation.method.as_str()).collect();
    header::HeaderValue::from_str(&methods.join(", ")).unwrap_or(header::HeaderValue::from_static(""))
}
