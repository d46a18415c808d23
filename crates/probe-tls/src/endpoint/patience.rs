//! Servers that bear few connections, one at a time or few in a while, and hang up on others: what they say so is no answer.
//!
//! A connection that is closed without a word is tried again while no other is open. If that helps, connections of this
//! look go one at a time from then on. If it does not, the server is asked, alone too, what it went along with before:
//! one that still does meant what it did. One that does not is given time, more and more, as long as the look may last.

use std::sync::atomic::{AtomicBool, Ordering};
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
    /// Whether it was seen to hang up on connections for their number.
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
    /// None. It is noted there whether it is the first after a pause: too many it cannot be.
    None(Arc<AtomicBool>),
}

/// The right to have a connection open, beside others or alone; given back on drop.
#[expect(dead_code, reason = "held")]
pub(crate) enum Lane {
    Shared(OwnedRwLockReadGuard<()>),
    Alone(OwnedRwLockWriteGuard<()>),
}

impl Patience {
    /// Waits for the right to open a connection.
    pub(crate) async fn lane(&self, company: &Company) -> Lane {
        let lane = Arc::clone(&self.lane);
        if matches!(company, Company::Others) && !self.is_alone() {
            return Lane::Shared(lane.read_owned().await);
        }
        let lane = lane.write_owned().await;
        let not_before = self.lock().not_before;
        sleep_until(not_before.into_iter().chain([Instant::now() + BREATH]).max().unwrap_or_else(Instant::now)).await;
        if let Company::None(is_fresh) = company {
            let state = self.lock();
            is_fresh.store(state.is_limited && state.borne == 0, Ordering::Relaxed);
        }
        Lane::Alone(lane)
    }

    /// Notes that a connection was borne.
    pub(crate) fn note_borne(&self) {
        let mut state = self.lock();
        state.borne = state.borne.saturating_add(1);
    }

    /// Notes that one was not: the next ones wait, the longer the fewer were borne.
    pub(crate) fn note_held_off(&self) {
        let mut state = self.lock();
        if state.is_limited && state.borne == 0 {
            state.doublings = state.doublings.saturating_add(1);
        }
        let pause = LONGEST_PAUSE.min(FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(state.doublings)));
        state.not_before = Some(Instant::now() + pause);
        (state.is_alone, state.is_limited, state.borne) = (true, true, 0);
    }

    /// Notes what the server went along with.
    pub(crate) fn note_accepted(&self, version: Version, suite: u16) {
        self.lock().known.get_or_insert((version, suite));
    }

    /// Whether the server was seen to bear few connections.
    pub(crate) fn was_needed(&self) -> bool {
        let state = self.lock();
        state.is_alone || state.is_limited
    }

    pub(crate) fn is_alone(&self) -> bool {
        self.lock().is_alone
    }

    /// Whether the server was seen to hang up on connections for their number.
    pub(crate) fn is_limited(&self) -> bool {
        self.lock().is_limited
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of the attempts at a question that a server may have held off.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    is_again: bool,
    was_limited: bool,
    /// Whether the last one was the first connection after a pause.
    is_fresh: Arc<AtomicBool>,
}

impl Caller<'_> {
    /// Who asks again, where the server may have held a connection off; nothing where what came of it stands. `Err` when
    /// there is no time left to find out.
    pub(crate) async fn again(&self, attempts: &mut Attempts, wrong: Option<&Answer>) -> Result<Option<Self>, Answer> {
        let (known, is_limited, means_it) = {
            let state = self.patience.lock();
            (state.known, state.is_limited, state.means_it)
        };
        let may_be_held_off = wrong.is_some_and(Answer::may_be_held_off);
        let (Some(known), true) = (known, may_be_held_off) else {
            // Alone it was answered, and beside others it was not.
            if attempts.is_again && !attempts.was_limited && !may_be_held_off {
                self.patience.lock().is_alone = true;
            }
            return Ok(None);
        };
        if self.deadline.remaining().is_zero() {
            return if is_limited { Err(Answer::Unreached(NetError::RateLimited)) } else { Ok(None) };
        }
        let is_inconclusive =
            if is_limited { !attempts.is_fresh.load(Ordering::Relaxed) } else { !attempts.is_again && !means_it };
        if !is_inconclusive && self.still_bears(known).await {
            self.patience.lock().means_it = true;
            return Ok(None);
        }
        let is_held_off = is_limited || !is_inconclusive;
        if is_held_off {
            self.patience.note_held_off();
            // What was not let in was no burden.
            self.ledger.give_back(2);
        }
        *attempts =
            Attempts { is_again: true, was_limited: attempts.was_limited || is_held_off, is_fresh: Arc::default() };
        Ok(Some(self.alone(Arc::clone(&attempts.is_fresh))))
    }

    /// Whether the server goes along with what it went along with before, as the only connection.
    pub(crate) async fn still_answers(&self) -> bool {
        let known = self.patience.lock().known;
        match known {
            Some(known) => self.still_bears(known).await,
            None => true,
        }
    }

    async fn still_bears(&self, (version, suite): (Version, u16)) -> bool {
        let suites = [suite];
        // One that means it, and bears others, need not be spared.
        let is_spared = !self.patience.lock().means_it || self.patience.was_needed();
        let caller = if is_spared { self.alone(Arc::default()) } else { self.beside_others() };
        let plainly = Self { injects: false, ..caller };
        let answer = plainly.ask_once(&Offer::new(version, &suites), 0x0301).await;
        !answer.may_be_held_off()
    }

    fn beside_others(&self) -> Self {
        Self { company: Company::Others, turn: Turn::Alone, ..self.clone() }
    }

    /// The same caller, with no other connection of this look beside its own.
    fn alone(&self, is_fresh: Arc<AtomicBool>) -> Self {
        self.turn.close();
        Self { company: Company::None(is_fresh), ..self.clone() }
    }
}

impl Answer {
    /// Whether there may be no answer because there are too many connections.
    pub(crate) fn may_be_held_off(&self) -> bool {
        use NetError::{Closed, RateLimited, Refused, Timeout};
        self.is_closed() || matches!(self, Self::Unreached(Closed | RateLimited | Refused | Timeout))
    }
}
