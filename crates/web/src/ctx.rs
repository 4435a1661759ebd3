//! Everything a handler may know of the request it answers.

use std::{
    future::{Ready, ready},
    net::IpAddr,
    sync::Arc,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    cookie::{Cookie, SameSite},
    dev::Payload,
};
use jiff::Timestamp;
use kernel::{EstablishmentId, Money, PatientId, StaffId, VisitId};

use crate::{
    Front, Lang, Problem, csrf,
    front::VISIT_COOKIE,
    problem::{self, Arg},
    session::{Kind, Session},
    settings::AccessibilityState,
};

/// Who asks.
#[derive(Debug, Clone)]
pub enum Caller {
    Anonymous,
    Patient(PatientId),
    Staff(StaffId),
}

/// The request's context; cheap to clone.
#[derive(Clone)]
pub struct Ctx(Arc<Inner>);

struct Inner {
    front: Arc<Front>,
    lang: Lang,
    session: Option<Session>,
    visit: VisitId,
    /// What the CSRF token is bound to: the session's cookie, or the visit's.
    bound_to: String,
    path: String,
    here: String,
    request_id: String,
    address: IpAddr,
}

impl std::fmt::Debug for Ctx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ctx({})", self.0.request_id)
    }
}

/// What the front desk found out about a request.
pub(crate) struct Arrival {
    pub(crate) lang: Lang,
    pub(crate) session: Option<Session>,
    pub(crate) visit: VisitId,
    pub(crate) bound_to: String,
    pub(crate) path: String,
    /// The path with its query.
    pub(crate) here: String,
    pub(crate) request_id: String,
    pub(crate) address: IpAddr,
}

impl Ctx {
    pub(crate) fn new(front: Arc<Front>, arrival: Arrival) -> Self {
        let Arrival { lang, session, visit, bound_to, path, here, request_id, address } = arrival;
        Self(Arc::new(Inner { front, lang, session, visit, bound_to, path, here, request_id, address }))
    }

    pub fn lang(&self) -> Lang {
        self.0.lang
    }

    /// Words in the caller's language.
    pub fn t(&self, key: &str) -> String {
        self.0.front.i18n().text(self.0.lang, key, &[])
    }

    pub fn t_with(&self, key: &str, args: &[(&str, &str)]) -> String {
        self.0.front.i18n().text(self.0.lang, key, args)
    }

    /// Words with one value: for templates.
    pub fn t1(&self, key: &str, name: &str, value: impl ToString) -> String {
        self.t_with(key, &[(name, &value.to_string())])
    }

    /// A sum of money as people write it.
    pub fn money(&self, sum: Money) -> String {
        crate::when::money(self.0.lang, sum)
    }

    /// A refusal in the reader's words: title and detail.
    pub fn words(&self, problem: &Problem) -> (String, String) {
        let written = |arg: &Arg| match arg {
            Arg::Text(text) => text.clone(),
            Arg::Sum(sum) => self.money(*sum),
        };
        let args: Vec<(&str, String)> = problem.args.iter().map(|(name, arg)| (*name, written(arg))).collect();
        let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let key = format!("problem-{}", problem.kind.slug);
        let detail = problem.detail.clone().unwrap_or_else(|| format!("{key}-detail"));
        (self.t_with(&key, &args), self.t_with(&detail, &args))
    }

    pub fn now(&self) -> Timestamp {
        self.0.front.world().now()
    }

    /// A moment as people say it, in the zone of its place.
    pub fn moment(&self, instant: Timestamp, zone: &kernel::Zone) -> String {
        crate::when::moment(self.0.lang, instant, zone)
    }

    pub fn caller(&self) -> Caller {
        match &self.0.session {
            Some(session) => match (session.patient(), session.staff()) {
                (Some(patient), _) => Caller::Patient(patient),
                (_, Some(staff)) => Caller::Staff(staff),
                _ => Caller::Anonymous,
            },
            None => Caller::Anonymous,
        }
    }

    pub fn session(&self) -> Option<&Session> {
        self.0.session.as_ref()
    }

    /// The logged-in person's name, for the header of the page.
    pub fn name(&self) -> &str {
        self.0.session.as_ref().map_or("", |session| session.details.name.as_str())
    }

    pub fn is_patient(&self) -> bool {
        matches!(self.caller(), Caller::Patient(_))
    }

    pub fn is_staff(&self) -> bool {
        matches!(self.caller(), Caller::Staff(_))
    }

    pub fn has_role(&self, role: &str) -> bool {
        self.0.session.as_ref().is_some_and(|session| session.details.roles.iter().any(|has| has == role))
    }

    /// The browser's visit: goes on through the login, so that what was chosen before stays chosen.
    pub fn visit(&self) -> VisitId {
        self.0.visit
    }

    /// The hidden field `csrf` of every form.
    pub fn csrf(&self) -> String {
        csrf::token(self.0.front.secret(), &self.0.bound_to, self.0.front.world())
    }

    /// The same for a form that is kept over a login: bound to the visit, which goes on through it.
    pub(crate) fn kept_csrf(&self) -> String {
        csrf::token(self.0.front.secret(), &self.kept_bound_to(), self.0.front.world())
    }

    pub(crate) fn csrf_holds(&self, token: &str) -> bool {
        let holds = |bound_to: &str| csrf::holds(self.0.front.secret(), bound_to, token);
        holds(&self.0.bound_to) || holds(&self.kept_bound_to())
    }

    /// No cookie looks like this.
    fn kept_bound_to(&self) -> String {
        format!("kept {}", self.0.visit)
    }

    /// A fresh value for the hidden field `idempotency_key`.
    pub fn fresh_key(&self) -> String {
        self.0.front.world().secret()
    }

    /// Where one is, to come back to: a letter's link is known by its query, a list by its filters.
    pub fn here(&self) -> &str {
        &self.0.here
    }

    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    pub fn address(&self) -> IpAddr {
        self.0.address
    }

    /// What counts as one caller where tries are counted: an IPv4 address, or an IPv6 /64.
    pub fn network(&self) -> IpAddr {
        crate::limits::network(self.0.address)
    }

    pub fn front(&self) -> &Front {
        &self.0.front
    }

    pub fn settings(&self) -> &crate::Settings {
        self.0.front.settings()
    }

    /// The key of the words that every page must say of its accessibility (RGAA, mandatory mention).
    pub fn accessibility_key(&self) -> &'static str {
        match self.settings().accessibility_state {
            AccessibilityState::Non => "web-accessibility-link-none",
            AccessibilityState::Partiel => "web-accessibility-link-partial",
            AccessibilityState::Total => "web-accessibility-link-total",
        }
    }

    pub fn help_hours(&self) -> &str {
        match self.0.lang {
            Lang::Fr => &self.settings().help_hours_fr,
            Lang::En => &self.settings().help_hours_en,
        }
    }

    /// `tel:` address of the help line: digits only, and a plus at its start.
    pub fn help_tel(&self) -> String {
        crate::phone::dialled(&self.settings().help_telephone)
    }

    /// An absolute address of this site.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.settings().base_url)
    }

    pub fn css(&self) -> &str {
        &self.0.front.assets().css
    }

    /// The address of a script of the house: `upload`, `saving`, `places`, `paying`, `desk`.
    pub fn script(&self, name: &str) -> &str {
        self.0.front.assets().script(name).unwrap_or_default()
    }

    pub fn is(&self, path: &str) -> bool {
        self.0.path == path
    }

    /// The cookie of a session that was just opened.
    pub fn session_cookie(&self, kind: Kind, value: String) -> Cookie<'static> {
        own_cookie(kind.cookie(), value)
    }

    /// The cookie that makes the browser forget its session.
    pub fn forget_cookie(&self, kind: Kind) -> Cookie<'static> {
        let mut cookie = own_cookie(kind.cookie(), String::new());
        cookie.make_removal();
        cookie
    }

    /// Ends the visit: what this browser held before, during and after the login is nobody's any more.
    pub fn forget_visit(&self) -> Cookie<'static> {
        let mut cookie = own_cookie(VISIT_COOKIE, String::new());
        cookie.make_removal();
        cookie
    }
}

pub(crate) fn own_cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").secure(true).http_only(true).same_site(SameSite::Lax).finish()
}

impl FromRequest for Ctx {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        ready(found.ok_or_else(|| Problem::unexpected("a route outside the front desk")))
    }
}

/// A logged-in patient. Where the policy is `Patient` it always succeeds.
#[derive(Debug, Clone)]
pub struct PatientCaller {
    pub patient: PatientId,
    pub ctx: Ctx,
}

impl FromRequest for PatientCaller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ctx::from_request(request, payload).into_inner().and_then(|ctx| match ctx.caller() {
            Caller::Patient(patient) => Ok(Self { patient, ctx }),
            _ => Err(Problem::new(&problem::LOGIN_REQUIRED)),
        }))
    }
}

/// A logged-in member of staff.
#[derive(Debug, Clone)]
pub struct StaffCaller {
    pub staff: StaffId,
    /// Where this person works: nothing of other establishments exists for them.
    pub establishments: Vec<EstablishmentId>,
    pub ctx: Ctx,
}

impl FromRequest for StaffCaller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ctx::from_request(request, payload).into_inner().and_then(|ctx| match ctx.caller() {
            Caller::Staff(staff) => {
                let establishments = ctx.session().map(|session| session.details.establishments.clone());
                Ok(Self { staff, establishments: establishments.unwrap_or_default(), ctx })
            }
            _ => Err(Problem::new(&problem::LOGIN_REQUIRED)),
        }))
    }
}
