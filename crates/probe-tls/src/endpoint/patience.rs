//! Servers that bear few connections, one at a time or few in a while, and hang up on others: what they say so is no answer.
//!
//! A connection that is closed without a word is tried again while no other is open. If that helps, connections of this
//! look go one at a time from then on. If it does not, the server is asked what it went along with before: one that still
//! does meant what it did. One that does not is given time, more and more, as long as the look may last; then only the
//! first connection after a pause can show that it means it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use tokio::time::{Instant, sleep_until};
use vigie_probe::NetError;

use crate::endpoint::ahead::Turn;
use crate::endpoint::exchange::{Answer, Caller, Offer};
use crate::endpoint::facts::Version;

/// The first pause, and the longest: some mail servers count connections by the minute.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// How long a server is given to forget a connection before the next one that shall be alone.
const BREATH: Duration = Duration::from_millis(100);

/// What a look has learnt of how many connections its server bears.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    lane: Arc<RwLock<()>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// A version and a suite that it went along with.
    known: Option<(Version, u16)>,
    /// Whether connections go one at a time.
    is_alone: bool,
    /// Whether it was seen to hang up on connections for their number; then they go one at a time too.
    is_limited: bool,
    /// Whether it was seen to hang up though it bore another connection right after.
    means_it: bool,
    /// How often the pause was doubled.
    doublings: u32,
    /// Connections that were borne since the last pause.
    borne: u32,
    /// When the pause is over.
    not_before: Option<Instant>,
}

/// What a connection has beside it.
#[derive(Debug, Clone)]
pub(crate) enum Company {
    /// Others of the same look.
    Others,
    /// None, as long as this is held.
    None(Arc<Solitude>),
}

/// The right to be alone, for several connections one after the other.
#[derive(Debug)]
pub(crate) struct Solitude {
    /// Whether the first of them was the first after a pause: too many it cannot have been.
    is_fresh: bool,
    _lane: OwnedRwLockWriteGuard<()>,
}

/// The right to have a connection open, beside others or alone; given back on drop.
#[expect(dead_code, reason = "held")]
pub(crate) enum Lane {
    Shared(OwnedRwLockReadGuard<()>),
    Alone(Arc<Solitude>),
}

impl Patience {
    /// Waits for the right to open a connection.
    pub(crate) async fn lane(&self, company: &Company) -> Lane {
        match company {
            Company::None(solitude) => Lane::Alone(Arc::clone(solitude)),
            Company::Others if self.is_alone() => Lane::Alone(self.solitude().await),
            Company::Others => Lane::Shared(Arc::clone(&self.lane).read_owned().await),
        }
    }

    /// Waits until no other connection is open, and until the pause is over.
    async fn solitude(&self) -> Arc<Solitude> {
        let lane = Arc::clone(&self.lane).write_owned().await;
        if let Some(not_before) = self.not_before() {
            sleep_until(not_before).await;
        }
        let state = self.lock();
        Arc::new(Solitude { is_fresh: state.is_limited && state.borne == 0, _lane: lane })
    }

    /// When the next connection that is alone may begin; nothing when at once.
    fn not_before(&self) -> Option<Instant> {
        let state = self.lock();
        let needs_breath = state.is_alone || !state.means_it;
        let breath = needs_breath.then(|| Instant::now() + BREATH);
        state.not_before.max(breath)
    }

    /// Notes that a connection was borne.
    pub(crate) fn note_borne(&self) {
        let mut state = self.lock();
        state.borne = state.borne.saturating_add(1);
    }

    /// Notes that one was not: the next ones wait, twice as long if it was the first after the last pause.
    pub(crate) fn note_held_off(&self, is_first: bool) {
        let mut state = self.lock();
        state.doublings = state.doublings.saturating_add(is_first.into());
        let pause = LONGEST_PAUSE.min(FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(state.doublings)));
        state.not_before = Some(Instant::now() + pause);
        (state.is_alone, state.is_limited, state.borne) = (true, true, 0);
    }

    /// Notes what the server went along with.
    pub(crate) fn note_accepted(&self, version: Version, suite: u16) {
        self.lock().known.get_or_insert((version, suite));
    }

    /// Whether the server was seen to bear few connections: they go one at a time.
    pub(crate) fn is_alone(&self) -> bool {
        self.lock().is_alone
    }

    /// Whether what a server closed in such company will be asked again when no other connection is open; then, few times
    /// of one that counts them.
    pub(crate) fn asks_again_alone(&self, company: &Company) -> bool {
        let state = self.lock();
        state.known.is_some() && (state.is_limited || matches!(company, Company::Others))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of the attempts at a question that a server may have held off.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    /// Held from the last attempt on, so that nothing comes between it and the question whether the server bears others.
    solitude: Option<Arc<Solitude>>,
}

impl Caller<'_> {
    /// Who asks again, where the server may have held a connection off; nothing where what came of it stands. `Err` when
    /// there is no time left to find out.
    pub(crate) async fn again(&self, attempts: &mut Attempts, wrong: Option<&Answer>) -> Result<Option<Self>, Answer> {
        let (known, is_limited) = {
            let state = self.patience.lock();
            (state.known, state.is_limited)
        };
        let (Some(known), true) = (known, wrong.is_some_and(Answer::may_be_held_off)) else {
            // Being alone was what it took, or a pause as well.
            if attempts.solitude.is_some() {
                self.patience.lock().is_alone = true;
            }
            return Ok(None);
        };
        if self.deadline.remaining().is_zero() {
            return if is_limited { Err(Answer::Unreached(NetError::RateLimited)) } else { Ok(None) };
        }
        let last = attempts.solitude.take();
        let is_first = last.as_ref().is_some_and(|last| last.is_fresh);
        let is_telling = last.is_some() && (is_first || !is_limited);
        if let Some(last) = last.filter(|_| is_telling)
            && self.with(Company::None(last)).still_bears(known).await
        {
            self.patience.lock().means_it = true;
            return Ok(None);
        }
        if is_limited || is_telling {
            self.patience.note_held_off(is_first);
            // What was not let in was no burden.
            self.ledger.give_back(2);
        }
        let solitude = self.solitude().await?;
        attempts.solitude = Some(Arc::clone(&solitude));
        Ok(Some(self.with(Company::None(solitude))))
    }

    /// The same caller, with no other connection of this look beside its own.
    pub(crate) async fn alone(&self) -> Result<Self, Answer> {
        Ok(self.with(Company::None(self.solitude().await?)))
    }

    async fn solitude(&self) -> Result<Arc<Solitude>, Answer> {
        self.turn.close();
        self.deadline.cap(self.patience.solitude()).await.map_err(Answer::Unreached)
    }

    /// Whether the server goes along with what it went along with before.
    pub(crate) async fn still_answers(&self) -> bool {
        let known = self.patience.lock().known;
        match known {
            Some(known) => self.still_bears(known).await,
            None => true,
        }
    }

    async fn still_bears(&self, (version, suite): (Version, u16)) -> bool {
        let suites = [suite];
        let plainly = Self { injects: false, turn: Turn::Alone, ..self.clone() };
        let answer = plainly.ask_once(&Offer::new(version, &suites), 0x0301).await;
        !answer.may_be_held_off()
    }

    fn with(&self, company: Company) -> Self {
        Self { company, ..self.clone() }
    }
}

impl Answer {
    /// Whether there may be no answer because there are too many connections.
    pub(crate) fn may_be_held_off(&self) -> bool {
        use NetError::{Closed, RateLimited, Refused, Timeout};
        self.is_closed() || matches!(self, Self::Unreached(Closed | RateLimited | Refused | Timeout))
    }
}
